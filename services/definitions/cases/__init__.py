"""Golden cases: made-up applications with what must become of each under every version of a service.

They lie beside a definition, not in it (`cases/<service>.yaml` of a module), and say only what matters to them: of what
`expect` does not name nothing is compared. Hooks of a module are not part of it.

    service: ktp-el
    cases:
      - id: hilang
        title: {id: KTP-el hilang, en: The card was lost}
        day: 2026-03-10
        applicant: {assurance: verified}
        answers: {permohonan: {alasan: hilang}, ...}
        documents: [kartu_keluarga, surat_kehilangan]
        expect:
          valid: true
          hidden: [/permohonan/yang_berubah]
          fee: 0
          due: 2026-03-11
          path:
            - {action: start_review, role: officer, state: in_review}

Pointers lead into the answers; a document that is missing is told as `/files/<id>`. A step of a path that is refused
leaves the state as it was.
"""

from services.definitions.cases.reading import (
    MOST_BYTES,
    MOST_CASES,
    Case,
    Step,
    golden_cases_schema,
    load_case,
    load_cases,
)
from services.definitions.cases.results import CaseResult, Difference
from services.definitions.cases.running import run_case

__all__ = [
    "MOST_BYTES",
    "MOST_CASES",
    "Case",
    "CaseResult",
    "Difference",
    "Step",
    "golden_cases_schema",
    "load_case",
    "load_cases",
    "run_case",
]
