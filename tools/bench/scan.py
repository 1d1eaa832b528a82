"""How well codes are read: Outpost beside zxing-cpp and ZBar, on the same pictures, in the same run.

Prints a table for each set of pictures: the halves of FOLDER, chosen by a hash of the names, and a drawn set.
Times are CPU milliseconds per picture, without unpacking the file. Run it by `./dev bench scan FOLDER`.
"""

import argparse
import json
import os
import pathlib
import random
import shutil
import statistics
import subprocess
import tempfile
import time
import types

import numpy
import zxingcpp
from PIL import Image, ImageFilter, ImageOps
from pyzbar import pyzbar

OUTPOST = os.environ["OUTPOST"]
PICTURES = {".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif"}
# Kinds of code that Outpost does not look for, by the names of zxing-cpp's folders.
OTHER_KINDS = (
    "aztec", "codabar", "code93", "databar", "dxfilm", "ean8", "maxicode", "micropdf", "multi", "rmqr", "rss", "telepen",
    "upce",
)

FORMATS = [
    zxingcpp.BarcodeFormat.QRCode, zxingcpp.BarcodeFormat.MicroQRCode, zxingcpp.BarcodeFormat.DataMatrix,
    zxingcpp.BarcodeFormat.PDF417, zxingcpp.BarcodeFormat.Code128, zxingcpp.BarcodeFormat.Code39,
    zxingcpp.BarcodeFormat.EAN13, zxingcpp.BarcodeFormat.UPCA, zxingcpp.BarcodeFormat.ITF,
]
# ZBar knows neither Data Matrix nor Micro QR; its PDF417 is unfinished.
SYMBOLS = [getattr(pyzbar.ZBarSymbol, name) for name in ("QRCODE", "CODE128", "CODE39", "EAN13", "UPCA", "I25")]

# pyzbar does not know the orientation that newer versions of ZBar give where there is none. Nobody asks for it here.
pyzbar.ZBarOrientation = lambda value: types.SimpleNamespace(name=str(value))


def plain(text):
    text = text.replace("\r\n", "\n").replace("<GS>", "\x1d").rstrip()
    return "".join(letter for letter in text if letter not in "\x1d()")


def says(found, expected, is_article):
    """As in crates/scan/src/score: sidecars are written by people."""
    if found == expected:
        return True
    one, other = (plain(text.decode(errors="replace")) for text in (found, expected))
    return one == other or is_article and one.lstrip("0") == other.lstrip("0")


def expected_of(path):
    if path.parent.name.startswith("falsepositives"):
        return []
    for extension, split in ((".codes.txt", True), (".bin", False), (".txt", False)):
        beside = path.with_name(path.stem + extension)
        if beside.exists():
            content = beside.read_bytes()
            return [line for line in content.splitlines() if line] if split else [content] if content else []
    return None


def half(root, path):
    """FNV-1a, as `outpost scan bench --half`."""
    value = 0xCBF29CE484222325
    for byte in str(path.relative_to(root)).encode():
        value = ((value ^ byte) * 0x100000001B3) % 2**64
    return value >> 32 & 1


def by_zxing(grey):
    codes = zxingcpp.read_barcodes(grey, formats=FORMATS, text_mode=zxingcpp.TextMode.Plain)
    return [(code.bytes, code.text.encode(), str(code.format).startswith(("EAN", "UPC"))) for code in codes]


def by_zbar(grey):
    codes = pyzbar.decode((grey.tobytes(), grey.shape[1], grey.shape[0]), symbols=SYMBOLS)
    return [(code.data, code.data, code.type.startswith(("EAN", "UPC"))) for code in codes]


def measure(read, pictures):
    row = dict(known=0, right=0, empty=0, false=0, other=0, times=[])
    for grey, expected in pictures:
        start = time.process_time_ns()
        found = read(grey)
        row["times"].append((time.process_time_ns() - start) / 1e6)
        if expected is None:
            continue
        is_right = [any(says(one, want, article) or says(two, want, article) for one, two, article in found) for want in expected]
        if expected:
            row["known"] += 1
            row["right"] += all(is_right)
        else:
            row["false"] += len(found)
            row["empty"] += 1
    times = sorted(row["times"]) or [0]
    return row | dict(median=statistics.median_low(times), p95=times[int(0.95 * (len(times) - 1))])


def outpost(root, half_of, mode, *more):
    command = [OUTPOST, "scan", "bench", "--json", "--mode", mode, *more, str(root)]
    if half_of is not None:
        command += ["--half", str(half_of)]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    row = json.loads(lines[-1])
    return dict(
        known=row["known"], right=row["right"], empty=row["empty"], false=row["false_codes"],
        median=row["millis"]["median"], p95=row["millis"]["p95"],
    )


def table(title, root, half_of=None):
    paths = sorted(path for path in root.rglob("*") if path.suffix.lower() in PICTURES)
    paths = [path for path in paths if half_of is None or half(root, path) == half_of]
    if not paths:
        return
    pictures = []
    for path in paths:
        with Image.open(path) as picture:
            upright = ImageOps.exif_transpose(picture)
            if upright.has_transparency_data:
                upright = Image.alpha_composite(Image.new("RGBA", upright.size, "white"), upright.convert("RGBA"))
            pictures.append((numpy.asarray(upright.convert("L")), expected_of(path)))
    rows = {
        "ZBar": measure(by_zbar, pictures),
        "zxing-cpp": measure(by_zxing, pictures),
        "Outpost, one live frame": outpost(root, half_of, "live"),
        "Outpost, still": outpost(root, half_of, "still"),
    }
    print(f"\n{title} ({len(paths)} pictures)\n")
    print("| | read | rate | false readings | ms, median | p95 |\n|---|---|---|---|---|---|")
    for name, row in rows.items():
        rate = f"{row['right'] * 100 / row['known']:.1f} %" if row["known"] else ""
        read = f"{row['right']} of {row['known']}" if row["known"] else ""
        false = f"{row['false']} in {row['empty']}" if row["empty"] else ""
        print(f"| {name} | {read} | {rate} | {false} | {row['median']:.1f} | {row['p95']:.1f} |", flush=True)


def frames(folder, out):
    """Pictures without a code, as large as the frames of a camera."""
    out.mkdir(parents=True)
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() not in PICTURES:
            continue
        with Image.open(path) as picture:
            grey = picture.convert("L")
        if min(grey.size) >= 50:
            name = f"{path.parent.name}-{path.stem}.png"
            ImageOps.fit(grey, (1280, 720), Image.Resampling.BICUBIC).save(out / name)


def shelf(out):
    """Forty labels in one photograph, and how long they take by the clock."""
    photograph = Image.new("L", (1600, 1200), 150)
    for index in range(40):
        code = zxingcpp.create_barcode(f"outpost:part:SHELF-{index:03}", zxingcpp.BarcodeFormat.QRCode)
        label = Image.fromarray(numpy.array(code.to_image(scale=4)))
        photograph.paste(label, (30 + index % 8 * 195, 20 + index // 8 * 235))
    photograph.filter(ImageFilter.GaussianBlur(0.8)).save(out)
    command = [OUTPOST, "scan", "--json", str(out)]
    answers = [json.loads(subprocess.run(command, check=True, capture_output=True).stdout) for _ in range(11)]
    found = min(len(answer["codes"]) for answer in answers)
    millis = sorted(answer["millis"] for answer in answers)
    print(f"\n**A shelf of 40 labels**, 1600 x 1200, 11 times: at least {found} found each time; "
          f"by the clock, with unpacking, {millis[5]:.0f} ms (median), {millis[10]:.0f} at most.")


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("folder", type=pathlib.Path)
    options.add_argument("--seed", type=int, default=random.randrange(10**6))
    options.add_argument("--count", type=int, default=330)
    options = options.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        root = pathlib.Path(temporary) / "pictures"
        codes, empty, square = root / "codes", root / "empty", root / "qr"
        skipped = shutil.ignore_patterns(*(kind + "*" for kind in OTHER_KINDS), "*extension*", "falsepositives*")
        shutil.copytree(options.folder, codes, ignore=skipped)
        shutil.copytree(options.folder, square, ignore=lambda folder, names: [
            name for name in names if os.path.isdir(os.path.join(folder, name)) and not name.startswith("qr")
        ])
        empty.mkdir()
        for folder in sorted(options.folder.rglob("falsepositives*")):
            shutil.copytree(folder, empty / folder.name)
        for part, name in ((0, "the half that was worked with"), (1, "the other half")):
            table(f"**Photographs and prints of all our kinds**, {name}", codes, part)
            table(f"**QR codes among them**, {name}", square, part)
            table(f"**Pictures without a code**, {name}", empty, part)
        frames(empty, pathlib.Path(temporary) / "frames" / "falsepositives")
        table("**Frames without a code**, the same pictures at 1280 x 720", pathlib.Path(temporary) / "frames")
        shelf(pathlib.Path(temporary) / "shelf.png")
        drawn = pathlib.Path(temporary) / "drawn"
        command = [OUTPOST, "scan", "draw", "--seed", str(options.seed), "--count", str(options.count), str(drawn)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        table(f"**Drawn stress set**, seed {options.seed}", drawn)


main()
