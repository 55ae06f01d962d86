"""What the benchmarks store: clips, photos and texts, made from a seed."""
import filecmp
import random

MIB = 1 << 20
CLIPS, CLIP_BYTES = 8, 128 * MIB
PHOTOS, PHOTO_BYTES = 2000, (150_000, 450_000)
TEXTS, TEXT_BYTES = 2000, (500, 8_000)
WORDS = "the square was full before the first shots came from the side of the akimat".split()


def make_evidence(root, scale):
    rng = random.Random(20111216)
    clips = root / "clips"
    clips.mkdir(parents=True)
    for number in range(CLIPS):
        with open(clips / f"VID_{number:03}.mp4", "wb") as file:
            for _ in range(int(CLIP_BYTES * scale) // MIB):
                file.write(rng.randbytes(MIB))
    for number in range(int(PHOTOS * scale)):
        folder = root / f"photos{number // 500}"
        folder.mkdir(exist_ok=True)
        (folder / f"IMG_{number:04}.jpg").write_bytes(rng.randbytes(rng.randint(*PHOTO_BYTES)))
    texts = root / "texts"
    texts.mkdir()
    for number in range(int(TEXTS * scale)):
        words = " ".join(rng.choices(WORDS, k=rng.randint(*TEXT_BYTES) // 5))
        (texts / f"note_{number:04}.txt").write_text(f"{number}\n{words}\n", encoding="utf-8")


def read_all(root):
    """Brings everything into the page cache; returns how many files and bytes that are."""
    files = total = 0
    for path in root.rglob("*"):
        if path.is_file():
            with open(path, "rb", buffering=0) as file:
                while block := file.read(MIB):
                    total += len(block)
            files += 1
    return files, total


def same_files(original, restored):
    """Whether the exported files are the originals, by name and byte: names are unique."""
    out = {path.name: path for path in restored.rglob("*") if path.is_file()}
    ours = [path for path in original.rglob("*") if path.is_file()]
    return len(out) == len(ours) and all(
        path.name in out and filecmp.cmp(path, out[path.name], shallow=False) for path in ours)
