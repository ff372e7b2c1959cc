from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from PIL import Image

from accounts.models import User
from services.documents.models import StoredFile
from services.documents.operations import accept_upload, discard, open_file
from superapp.http.problems import Problem
from tests.services.documents.crafted import jpeg, object_stream, pdf, png, png_bomb, zip_end

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
ALL = ("pdf", "jpeg", "png")
MB = 1024 * 1024


def accept(owner: User, content: bytes, *, name: str = "berkas.pdf", allowed: tuple[str, ...] = ALL) -> StoredFile:
    upload = SimpleUploadedFile(name, content, content_type="application/pdf")
    return accept_upload(owner_id=owner.id, upload=upload, allowed=allowed, max_bytes=MB, now=NOW)


def refused(owner: User, content: bytes, folder: Path, *, allowed: tuple[str, ...] = ALL) -> tuple[int, str, str]:
    """Return status, code and pointer of the refusal, having seen that nothing was kept."""
    with pytest.raises(Problem) as caught:
        accept(owner, content, allowed=allowed)
    assert StoredFile.objects.count() == 0
    assert [each for each in folder.rglob("*") if each.is_file()] == []
    problem = caught.value
    (error,) = problem.errors
    assert error.code == problem.code
    return problem.status, problem.code, error.pointer


def kept(stored: StoredFile) -> bytes:
    with open_file(stored) as opened:
        return bytes(opened.read())


def test_a_pdf_is_kept_as_it_is_under_a_name_nobody_guesses(owner: User) -> None:
    first = accept(owner, pdf(), name="Surat Lahir.PDF")
    second = accept(owner, pdf(), name="Surat Lahir.PDF")

    assert kept(first) == pdf()
    assert (first.media_type, first.size, first.name) == ("application/pdf", len(pdf()), "Surat Lahir.pdf")
    assert first.sha256 == sha256(pdf()).hexdigest()
    assert (first.owner_id, first.created_at) == (owner.id, NOW)
    assert first.storage_key.startswith("uploads/2026/11/")
    assert len(Path(first.storage_key).stem) == 40
    assert first.storage_key != second.storage_key


def test_a_photo_loses_place_time_camera_and_comment(owner: User) -> None:
    content = jpeg(comment=b"rahasia")
    assert Image.open(BytesIO(content)).getexif().get_ifd(0x8825) != {}

    stored = accept(owner, content, name="foto.jpeg")

    clean = Image.open(BytesIO(kept(stored)))
    assert (stored.media_type, stored.name) == ("image/jpeg", "foto.jpg")
    assert dict(clean.getexif()) == {}
    assert dict(clean.getexif().get_ifd(0x8825)) == {}
    assert b"Kamera Rahasia" not in kept(stored)
    assert b"rahasia" not in kept(stored)


def test_a_photo_held_sideways_is_kept_upright(owner: User) -> None:
    stored = accept(owner, jpeg(80, 60, orientation=6), name="foto.jpg")

    upright = Image.open(BytesIO(kept(stored)))
    red, green, blue = upright.convert("RGB").getpixel((30, 5))  # type: ignore[misc]
    assert upright.size == (60, 80)
    assert (red > 200, green < 60, blue < 60) == (True, True, True)


def test_a_png_keeps_its_pixels_and_drops_what_is_hidden_behind_them(owner: User) -> None:
    content = png() + b"<script>alert(1)</script>" + zip_end()

    stored = accept(owner, content, name="ktp.png")

    clean = Image.open(BytesIO(kept(stored)))
    assert (clean.size, clean.mode, clean.getpixel((0, 0))) == ((40, 30), "RGBA", (0, 128, 0, 128))
    assert b"<script>" not in kept(stored)
    assert b"PK\x05\x06" not in kept(stored)


def test_a_very_long_picture_is_reduced(owner: User) -> None:
    stored = accept(owner, jpeg(6000, 300), name="foto.jpg")

    assert Image.open(BytesIO(kept(stored))).size == (4000, 200)


def test_what_follows_the_end_of_a_pdf_is_cut_off(owner: User) -> None:
    stored = accept(owner, pdf() + b"<html><script>alert(1)</script>" + zip_end())

    assert kept(stored) == pdf()


def test_the_content_decides_not_the_name(owner: User, storage_folder: Path) -> None:
    stored = accept(owner, png(), name="surat.pdf")

    assert (stored.media_type, stored.name) == ("image/png", "surat.png")
    stored.delete()
    for each in storage_folder.rglob("*.png"):
        each.unlink()
    assert refused(owner, b"MZ\x90\0 this program cannot be run", storage_folder) == (
        415,
        "file_type_not_accepted",
        "/file",
    )


def test_a_type_that_is_not_asked_for_is_refused(owner: User, storage_folder: Path) -> None:
    assert refused(owner, png(), storage_folder, allowed=("pdf",)) == (415, "file_type_not_accepted", "/file")


def test_an_empty_file_is_refused(owner: User, storage_folder: Path) -> None:
    assert refused(owner, b"", storage_folder) == (422, "file_empty", "/file")


def test_a_file_over_the_limit_is_refused(owner: User, storage_folder: Path) -> None:
    content = pdf() + b" " * MB

    assert refused(owner, content, storage_folder) == (413, "file_too_large", "/file")


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(jpeg()[:700], id="a photo cut short"),
        pytest.param(png()[:60], id="a png cut short"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + b"\0" * 100, id="a png of zeros"),
        pytest.param(b"\xff\xd8\xff\xe0 not a photo", id="a photo in name"),
        pytest.param(pdf()[:-30], id="a pdf cut short"),
        pytest.param(b"%PDF-9.9\n%%EOF startxref %%EOF", id="a pdf of no version"),
        pytest.param(pdf(object_stream(b"x").replace(b"\nstream\nx", b"\nstream\n??")), id="a broken stream"),
    ],
)
def test_a_damaged_file_is_refused(owner: User, storage_folder: Path, content: bytes) -> None:
    assert refused(owner, content, storage_folder) == (422, "file_unreadable", "/file")


@pytest.mark.parametrize(("width", "height"), [(30_000, 30_000), (6_000, 5_000), (2**31 - 1, 2**31 - 1)])
def test_a_decompression_bomb_is_refused_unopened(owner: User, storage_folder: Path, width: int, height: int) -> None:
    content = png_bomb(width, height)

    assert len(content) < 10_000
    assert refused(owner, content, storage_folder) == (422, "image_too_large", "/file")


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(pdf(catalog=b"/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >> "), id="a script"),
        pytest.param(pdf(catalog=b"/OpenAction << /S /J#61vaScript /JS (1) >> "), id="a script, name escaped"),
        pytest.param(pdf(catalog=b"/OpenAction << /S /Launch /F (cmd.exe) >> "), id="a program"),
        pytest.param(pdf(catalog=b"/Names << /EmbeddedFiles 8 0 R >> "), id="an attachment"),
        pytest.param(pdf(catalog=b"/AcroForm << /XFA [1 0 R] >> "), id="a form with scripts"),
        pytest.param(pdf(object_stream(b"8 0 << /S /JavaScript /JS (1) >>")), id="a script, compressed"),
        pytest.param(pdf(object_stream(b"8 0 << /S /JavaScript >>", b"/Obj#53tm")), id="compressed, escaped"),
        pytest.param(pdf(object_stream(b"\0" * (33 * MB))), id="a stream that is a bomb"),
        pytest.param(pdf(b"8 0 obj\n(" + zip_end() + b")\nendobj\n"), id="a zip inside"),
    ],
)
def test_a_pdf_that_could_act_is_refused(owner: User, storage_folder: Path, content: bytes) -> None:
    assert refused(owner, content, storage_folder) == (422, "file_not_safe", "/file")


def test_a_locked_pdf_is_refused(owner: User, storage_folder: Path) -> None:
    assert refused(owner, pdf(trailer=b"/Encrypt 7 0 R "), storage_folder) == (422, "file_encrypted", "/file")


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\siti\\akta.pdf", "akta.pdf"),
        ("akta\r\nSet-Cookie: x.pdf", "aktaSet-Cookie_ x.pdf"),
        ("gaji\u202efdp.exe", "gajifdp.exe.pdf"),
        ("...", "berkas.pdf"),
        (".pdf", "berkas.pdf"),
        ("a" * 300 + ".pdf", "a" * 116 + ".pdf"),
        ("Akta Kelahiran Ñ.jpeg", "Akta Kelahiran Ñ.pdf"),
    ],
)
def test_a_name_is_made_safe(owner: User, given: str, name: str) -> None:
    upload = SimpleUploadedFile("x.pdf", pdf())
    upload._name = given  # type: ignore[attr-defined]  # as a client sends it, past Django's own cleaning

    stored = accept_upload(owner_id=owner.id, upload=upload, allowed=ALL, max_bytes=MB, now=NOW)

    assert stored.name == name


@pytest.mark.django_db(transaction=True)
def test_a_discarded_file_goes_when_the_transaction_commits(owner: User, storage_folder: Path) -> None:
    stored = accept(owner, pdf())
    path = storage_folder / stored.storage_key

    with transaction.atomic():
        discard(stored)
        during = path.exists()

    assert (during, path.exists(), StoredFile.objects.count()) == (True, False, 0)
