"""An OPD admin makes a service in a browser, by what the pages say, in Indonesian: no code, no address typed."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from playwright.sync_api import Page

Picture = Callable[[str], None]


def _no_picture(_name: str) -> None:
    return None


@dataclass
class Author:
    """Somebody who writes a service. `picture` is asked for at each place that the guide shows."""

    page: Page
    base_url: str
    picture: Picture = field(default=_no_picture)
    scripts: bool = True

    def press(self, name: str) -> None:
        """Press a button of the page's main part."""
        self.page.locator("main").get_by_role("button", name=name, exact=True).first.click()

    def follow(self, name: str) -> None:
        """Follow a link of the page's main part."""
        self.page.locator("main").get_by_role("link", name=name).first.click()

    def type(self, label: str, text: str) -> None:
        """Type into the field with this label."""
        self.page.locator("main").get_by_label(label, exact=False).first.fill(text)

    def saved(self) -> None:
        """Wait until the page says so."""
        self.page.locator(".messages .success").first.wait_for()

    def begin(self, title: str, english: str) -> None:
        """Make a new service, from the office's front page on."""
        self.page.goto(f"{self.base_url}/")
        self.page.locator(".menu summary").click()
        self.page.locator(".menu").get_by_role("link", name="Kantor").click()
        self.picture("kantor")
        self.follow("Layanan kita")
        self.picture("layanan-kita")
        self.follow("Buat layanan baru")
        self.type("Judul dalam bahasa Indonesia", title)
        self.type("Judul dalam bahasa Inggris", english)
        self.page.get_by_label("Surat keterangan yang terbit").check()
        self.picture("buat-layanan")
        self.press("Mulai")
        self.saved()
        self.picture("layanan")
        self.follow("Formulir")

    def add(self, kind: str, id: str, en: str, *, section: int = 1, picture: str = "", **more: str) -> None:
        """Add a field to a section; `more`: its condition, the condition's value, its largest number, its choices."""
        card = self.page.locator("main section.card").nth(section)
        card.locator("select[name=jenis]").last.select_option(label=kind)
        card.get_by_role("button", name="Tambah isian", exact=True).click()
        self.type("Nama dalam bahasa Indonesia", id)
        self.type("Nama dalam bahasa Inggris", en)
        if "condition" in more:
            self.page.get_by_label("Ditanyakan").select_option(label=more["condition"])
        if "value" in more:
            self.type("Nilai, bila", more["value"])
        if "most" in more:
            self.type("Angka terbesar", more["most"])
        for number, pair in enumerate(filter(None, more.get("choices", "").split(";")), start=1):
            in_indonesian, in_english = pair.split("/")
            self.type(f"Pilihan {number} dalam bahasa Indonesia", in_indonesian)
            self.type(f"Pilihan {number} dalam bahasa Inggris", in_english)
        if picture:
            self.picture(picture)
        self.press("Tambahkan isian")
        self.saved()

    def fields(self) -> None:
        """Add eight fields to the two that the letter begins with; two of them show only under a condition."""
        self.add("NIK", "NIK", "NIK", section=0)
        self.add("Tanggal", "Mulai berjualan", "Selling from", picture="isian-baru")
        self.add("Bilangan bulat", "Luas lapak (m2)", "Area (m2)", most="500")
        self.add("Satu dari beberapa pilihan", "Jenis dagangan", "Goods", choices="Makanan/Food;Pakaian/Clothes",
                 picture="isian-pilihan")  # fmt: skip
        self.add("Teks", "Jenis makanan", "Kind of food", condition="Jenis dagangan adalah Makanan",
                 picture="isian-syarat")  # fmt: skip
        self.add("Teks", "Penjamin", "Guarantor", condition="Luas lapak (m2) paling sedikit …", value="50")
        self.add("Berkas", "Foto lapak", "Photo of the stall", picture="isian-berkas")
        self.add("Kelurahan di Balikpapan", "Kelurahan", "Subdistrict")
        self.picture("formulir")

    def check(self) -> None:
        """Add what must agree."""
        self.follow("Kecocokan")
        self.page.get_by_label("Jawaban", exact=True).select_option(label="Mulai berjualan")
        self.page.get_by_label("Harus", exact=True).select_option(label="tidak kurang dari")
        self.page.get_by_label("Dibandingkan dengan", exact=True).select_option(label="Hari ini")
        self.type("Pesan dalam bahasa Indonesia", "Mulai berjualan tidak boleh sebelum hari ini.")
        self.type("Pesan dalam bahasa Inggris", "Selling cannot begin before today.")
        self.picture("kecocokan")
        self.press("Tambah kecocokan")
        self.saved()

    def documents(self) -> None:
        """Look at what is asked for besides the form; ask for one thing more of some."""
        self.follow("Dokumen syarat")
        self.follow("Tambah dokumen")
        self.type("Nama dalam bahasa Indonesia", "Sertifikat laik higiene")
        self.type("Nama dalam bahasa Inggris", "Hygiene certificate")
        self.page.get_by_label("Diminta").select_option(label="Jenis dagangan adalah Makanan")
        self.picture("dokumen-baru")
        self.press("Simpan")
        self.saved()
        self.picture("dokumen")

    def fee(self) -> None:
        """Say what it costs."""
        self.follow("Biaya")
        self.page.get_by_label("Sekian untuk setiap satuan").check()
        self.page.get_by_label(re.compile("^Untuk setiap")).select_option(label="Luas lapak (m2)")
        self.type("Besarnya untuk setiap satuan", "2500")
        self.type("Dasar hukum biaya", "Perda 1/2024 Lampiran II")
        self.picture("biaya")
        self.press("Simpan")
        self.saved()

    def procedure(self) -> None:
        """Say who decides by when."""
        self.follow("Alur dan tenggat")
        self.page.get_by_label("Satu petugas memeriksa").check()
        self.page.get_by_label("Hari", exact=True).fill("2")
        self.type("Dasar hukum tenggat", "Perda 1/2024 Pasal 4")
        self.picture("alur")
        self.press("Simpan")
        self.saved()

    def texts(self) -> None:
        """Say what it is and whose."""
        self.follow("Keterangan")
        self.type("Ringkasan dalam bahasa Indonesia", "Izin berjualan di pasar malam kota.")
        self.type("Ringkasan dalam bahasa Inggris", "To sell at the city's night market.")
        self.page.get_by_label("Kategori").select_option(label="Usaha")
        self.page.get_by_label(re.compile("^Siapa pun yang punya akun dengan nomor")).check()
        self.picture("keterangan")
        self.press("Simpan")
        self.saved()

    def try_out(self) -> None:
        """See it as a resident does, with answers that do not do yet."""
        self.follow("Coba")
        if self.scripts:
            self.page.locator("[data-form] h2").first.wait_for()
            self.picture("coba")
        plain = self.page.locator("#plain")
        plain.locator("summary").click()
        plain.get_by_label("Jenis dagangan").select_option(label="Makanan")
        plain.get_by_label("Luas lapak (m2)").fill("12")
        self.press("Lihat hasilnya")
        plain.get_by_label("Jenis makanan").wait_for()
        plain.locator("summary", has_text="Simpan jawaban ini").click()
        plain.get_by_label("Nama dalam bahasa Indonesia").fill("Jawaban belum lengkap")
        plain.get_by_label("Nama dalam bahasa Inggris").fill("Answers not complete yet")
        self.press("Simpan kasus")
        self.saved()

    def publish(self) -> None:
        """Publish it now."""
        self.follow("Terbitkan")
        self.picture("terbitkan")
        self.press("Terbitkan")
        self.saved()
        self.picture("terbit")

    def change(self) -> None:
        """Change the fee of what stands, see what that means, and publish it."""
        self.press("Mulai draf")
        self.saved()
        self.follow("Biaya")
        self.type("Besarnya untuk setiap satuan", "3000")
        self.press("Simpan")
        self.saved()
        self.follow("Terbitkan")
        self.press("Uji pada permohonan")
        self.saved()
        tried = self.page.get_by_text(re.compile("^Diuji pada"))
        for _again in range(60):
            if tried.count():
                break
            self.page.wait_for_timeout(500)
            self.page.reload()
        self.picture("uji")
        self.page.get_by_label("Lanjut menurut versi saat dimulai").check()
        self.type("Alasan", "Perda 2/2026 mengubah tarif")
        self.page.get_by_label(re.compile("^Terbitkan juga")).check()  # the golden case knows the fee of before
        self.picture("terbitkan-perubahan")
        self.press("Terbitkan")
        self.saved()

    def go_back(self) -> None:
        """Publish the first version again."""
        self.follow("Versi dan riwayat")
        self.picture("riwayat")
        self.follow("Kembali ke versi 1")
        self.page.get_by_label("Lanjut menurut versi saat dimulai").check()
        self.page.get_by_label(re.compile("^Terbitkan juga")).check()
        self.type("Alasan", "Tarif lama berlaku lagi")
        self.picture("kembali")
        self.press("Kembali ke versi ini")
        self.saved()

    def two_admins(self) -> None:
        """See how the agency publishes."""
        self.page.goto(f"{self.base_url}/kantor/")
        self.follow("Cara kita menerbitkan")
        self.picture("dua-admin")

    def make(self, title: str, english: str) -> None:
        """From nothing to a published service."""
        self.begin(title, english)
        for step in (self.fields, self.check, self.documents, self.fee, self.procedure, self.texts, self.try_out):
            step()
        self.publish()
