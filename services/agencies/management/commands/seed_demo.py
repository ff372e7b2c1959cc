"""People and programs to try the platform with."""

from argparse import ArgumentParser
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from accounts.mandates.models import Mandate
from accounts.mandates.operations import accept, add_child, offer
from accounts.models import Assurance, User
from accounts.operations import register_person, register_relying_party, set_platform_staff
from accounts.proofing.operations.keeping import load_identity
from accounts.sign_in.operations import add_authenticator_app
from services.agencies.models import Agency, Membership, Role, Unit

PASSWORD = "Balikpapan-2026"  # noqa: S105 - printed for everybody to see; the command refuses to run in production
# The key of every demo officer's authenticator app; `make code` shows what it shows.
TOTP_KEY = "BALIKPAPANKOTAMINYAKBERIMAN23456"
APP_SCOPES = ("openid", "profile", "email", "phone", "account", "applications", "notifications", "office", "act")


@dataclass(frozen=True, slots=True)
class Demo:
    """One demo person; `post` is an agency and the role there."""

    name: str
    email: str
    phone: str | None = None
    assurance: str = Assurance.VERIFIED
    post: tuple[str, Role] | None = None
    unit: str | None = None  # code of a unit of UNITS
    numbers: tuple[str, str] | None = None  # NIK and KK of an invented person of the simulated registry
    platform: bool = False  # runs the platform: the calendar, residents' requests about their data

    @property
    def role(self) -> str:
        if self.platform:
            return "staff of the platform"
        return f"{self.post[1]} {self.post[0]}" if self.post else f"resident ({self.assurance})"


PEOPLE = (
    Demo(
        "Siti Aminah",
        "warga@demo.balikpapan.example",
        "+6281200000001",
        numbers=("6471014503950001", "6471010506240001"),
    ),
    Demo(
        "Sumarni",
        "ibu.warga@demo.balikpapan.example",
        "+6281200000003",
        numbers=("6471014807620005", "6471010502100002"),
    ),
    Demo("Budi Santoso", "warga2@demo.balikpapan.example", "+6281200000002", Assurance.BASIC),
    Demo(
        "Rina Wulandari",
        "petugas.dukcapil@demo.balikpapan.example",
        post=("DISDUKCAPIL", Role.OFFICER),
        unit="pencatatan-sipil",
        numbers=("6471035405910011", "6471030101170001"),
    ),
    Demo(
        "Agus Pratama",
        "penyetuju.dukcapil@demo.balikpapan.example",
        post=("DISDUKCAPIL", Role.APPROVER),
        numbers=("6471031708800012", "6471030101170002"),
    ),
    Demo(
        "Dewi Lestari",
        "admin.dukcapil@demo.balikpapan.example",
        post=("DISDUKCAPIL", Role.ADMIN),
        numbers=("6471034211850013", "6471030101170003"),
    ),
    Demo("Bambang Sutrisno", "kepala.dukcapil@demo.balikpapan.example", post=("DISDUKCAPIL", Role.HEAD)),
    Demo("Wati Kusuma", "pengawas.inspektorat@demo.balikpapan.example", post=("INSPEKTORAT", Role.OFFICER)),
    Demo(
        "Hendra Wijaya",
        "petugas.dpmptsp@demo.balikpapan.example",
        post=("DPMPTSP", Role.OFFICER),
        unit="perizinan",
        numbers=("6471032702870014", "6471030101170004"),
    ),
    Demo(
        "Maya Sari",
        "penyetuju.dpmptsp@demo.balikpapan.example",
        post=("DPMPTSP", Role.APPROVER),
        numbers=("6471035912830015", "6471030101170005"),
    ),
    Demo(
        "Yusuf Rahman",
        "admin.dpmptsp@demo.balikpapan.example",
        post=("DPMPTSP", Role.ADMIN),
        numbers=("6471030810790016", "6471030101170006"),
    ),
    Demo("Lina Marlina", "petugas.dinsos@demo.balikpapan.example", post=("DINSOS", Role.OFFICER)),
    Demo("Fajar Nugroho", "petugas.dinkes@demo.balikpapan.example", post=("DINKES", Role.OFFICER)),
    # Who decided on an objection does not decide on the appeal to it.
    Demo("Sri Handayani", "penyetuju2.dukcapil@demo.balikpapan.example", post=("DISDUKCAPIL", Role.APPROVER)),
    Demo("Joko Susilo", "penyetuju2.dpmptsp@demo.balikpapan.example", post=("DPMPTSP", Role.APPROVER)),
    Demo("Ratih Kusumaningrum", "platform@demo.balikpapan.example", platform=True),
)

# Invented for the demonstration, and marked so: agency, code, name.
UNITS: Final = (
    ("DISDUKCAPIL", "pendaftaran-penduduk", "Bidang Pelayanan Pendaftaran Penduduk"),
    ("DISDUKCAPIL", "pencatatan-sipil", "Bidang Pelayanan Pencatatan Sipil"),
    ("DPMPTSP", "perizinan", "Bidang Penyelenggaraan Perizinan"),
    ("DPMPTSP", "pengaduan", "Bidang Pengaduan dan Kebijakan"),
)

# On the family card of Siti Aminah in the simulated registry.
DAUGHTER: Final = ("6471015102150003", "Nadia Fauziah", date(2015, 2, 11))


class Command(BaseCommand):
    help = "Register the demo people and clients. Running it again changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--print", action="store_true", help="only print the sign-ins")
        parser.add_argument("--yes-demo", action="store_true", help="run although this is not a local system")

    def handle(self, *_args: Any, **options: Any) -> None:
        if not options["print"]:
            self._seed(allowed=options["yes_demo"] or settings.LOCAL or settings.TESTING)
        self.stdout.write(_table())

    def _seed(self, *, allowed: bool) -> None:
        if not allowed:
            raise CommandError("This gives everybody a known password. On a system that is not local, add --yes-demo.")
        now = timezone.now()
        with transaction.atomic():
            _register_clients()
            _make_units()
            for demo in PEOPLE:
                person = _person(demo, now)
                if demo.numbers:
                    load_identity(person_id=person.pk, nik=demo.numbers[0], kk=demo.numbers[1], now=now)
                self._post(person, demo)
            _make_family(now)

    def _post(self, user: User, demo: Demo) -> None:
        if demo.platform:
            set_platform_staff(email=demo.email, staff=True)
            add_authenticator_app(person_id=user.pk, secret=TOTP_KEY)
        if demo.post is None:
            return
        code, role = demo.post
        agency = Agency.objects.filter(code=code).first()
        if agency is None:
            self.stderr.write(f"{demo.email} is not yet {role} at {code}: run load_city, then this again.")
            return
        unit = Unit.objects.filter(agency=agency, code=demo.unit).first() if demo.unit else None
        Membership.objects.get_or_create(user=user, agency=agency, role=role, defaults={"unit": unit})
        add_authenticator_app(person_id=user.pk, secret=TOTP_KEY)


def _make_units() -> None:
    """Give the demo agencies, once they are loaded, their units."""
    for code, unit, name in UNITS:
        for agency in Agency.objects.filter(code=code):
            Unit.objects.get_or_create(agency=agency, code=unit, defaults={"name": name, "is_demo": True})


def _person(demo: Demo, now: datetime) -> User:
    """Return the demo person, registered at the first run."""
    held = EmailAddress.objects.filter(email=demo.email).select_related("user").first()
    if held is not None:
        return held.user  # type: ignore[no-any-return]
    return register_person(
        full_name=demo.name,
        email=demo.email,
        phone=demo.phone,
        password=PASSWORD,
        assurance=demo.assurance,
        now=now,
    )


def _make_family(now: datetime) -> None:
    """Let Siti act for her daughter, by the family card, and for her mother, who asked her to. Once."""
    siti, sumarni = (User.objects.get(email=demo.email) for demo in PEOPLE[:2])
    if Mandate.objects.filter(agent=siti).exists():
        return
    nik, name, born = DAUGHTER
    add_child(parent_id=siti.pk, nik=nik, full_name=name, birth_date=born, now=now)
    until = timezone.localdate(now) + timedelta(days=365)
    given = offer(principal_id=sumarni.pk, address=str(siti.email), services=(), expires_on=until, now=now)
    accept(mandate_id=given.pk, agent_id=siti.pk, now=now)


def _register_clients() -> None:
    register_relying_party(
        client_id="balikpapan-app",
        name="Balikpapan",
        scopes=APP_SCOPES,
        redirect_uris=("id.go.balikpapan.app:/callback", "http://127.0.0.1/callback"),
        post_logout_redirect_uris=("id.go.balikpapan.app:/signed-out",),
        first_party=True,
    )
    register_relying_party(
        client_id="api-docs",
        name="Dokumentasi API",
        scopes=APP_SCOPES,
        redirect_uris=(f"{settings.BASE_URL}/api/docs/oauth2-redirect.html",),
        first_party=True,
    )


def _table() -> str:
    rows = [("name", "e-mail", "phone", "password", "role")]
    rows += [(demo.name, demo.email, demo.phone or "-", PASSWORD, demo.role) for demo in PEOPLE]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    told = f"All but residents then enter the code that `make code` prints (authenticator key {TOTP_KEY})."
    family = "Siti Aminah acts for her daughter Nadia Fauziah and her mother Sumarni: /akun/keluarga/."
    return "\n".join([lines[0], "  ".join("-" * width for width in widths), *lines[1:], "", told, family])
