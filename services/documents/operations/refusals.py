"""Why a file is refused, in words that tell the resident what to do. All point at `/file`."""

from superapp.http.problems import FieldError, Problem


def _refusal(status: int, code: str, indonesian: str, english: str) -> Problem:
    detail = {"id": indonesian, "en": english}
    return Problem(status=status, code=code, detail=detail, errors=[FieldError("/file", code, detail)])


def file_empty() -> Problem:
    """Return the refusal of a file without content."""
    return _refusal(422, "file_empty", "Berkas kosong. Pilih berkas lain.", "The file is empty. Choose another one.")


def file_too_large(max_bytes: int) -> Problem:
    """Return the refusal of a file of more than `max_bytes`."""
    size = f"{max_bytes / 1024 / 1024:g} MB" if max_bytes >= 1024 * 1024 else f"{max_bytes / 1024:g} KB"
    return _refusal(
        413,
        "file_too_large",
        f"Berkas lebih besar dari {size}. Perkecil lalu unggah lagi.",
        f"The file is larger than {size}. Make it smaller and upload it again.",
    )


def file_type_not_accepted(allowed: list[str]) -> Problem:
    """Return the refusal of a file that is none of `allowed`, whatever its name says."""
    names = ", ".join(each.upper() for each in allowed)
    return _refusal(
        415,
        "file_type_not_accepted",
        f"Isi berkas bukan {names}. Nama berkas saja tidak cukup.",
        f"The content of the file is not {names}. Its name alone does not make it so.",
    )


def file_unreadable() -> Problem:
    """Return the refusal of a file that is damaged or cut short."""
    return _refusal(
        422,
        "file_unreadable",
        "Berkas rusak atau tidak lengkap. Simpan ulang lalu unggah lagi.",
        "The file is damaged or incomplete. Save it again and upload it.",
    )


def file_not_safe() -> Problem:
    """Return the refusal of a PDF that holds a program, another file, or a form that runs one."""
    return _refusal(
        422,
        "file_not_safe",
        "PDF ini berisi skrip, program, atau lampiran. Cetak ulang ke PDF biasa lalu unggah lagi.",
        "This PDF holds scripts, programs or attachments. Print it to a plain PDF and upload that.",
    )


def file_encrypted() -> Problem:
    """Return the refusal of a PDF that is locked with a password."""
    return _refusal(
        422,
        "file_encrypted",
        "PDF ini terkunci kata sandi. Simpan tanpa kata sandi lalu unggah lagi.",
        "This PDF is locked with a password. Save it without one and upload it again.",
    )


def image_too_large() -> Problem:
    """Return the refusal of a picture with more pixels than any camera makes."""
    return _refusal(
        422,
        "image_too_large",
        "Ukuran gambar (piksel) terlalu besar. Perkecil lalu unggah lagi.",
        "The picture has too many pixels. Make it smaller and upload it again.",
    )
