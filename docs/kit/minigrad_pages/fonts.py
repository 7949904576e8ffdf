"""Two fonts out of installed packages: one that sets formulas, sent with the site, and a Korean one to measure and draw with."""
import io
from importlib.metadata import files
from pathlib import Path

# What formulas use of STIX Two Math: Latin, Greek, accents, arrows, operators, brackets that stretch, italic and script letters.
LETTERS = [(0x20, 0x7F), (0xA0, 0x100), (0x300, 0x340), (0x370, 0x400), (0x2010, 0x2070), (0x2100, 0x2150), (0x2190, 0x2300),
           (0x2308, 0x230C), (0x23DE, 0x23E0), (0x27E8, 0x27EA), (0x22EE, 0x22F2), (0x1D434, 0x1D468), (0x1D6FC, 0x1D71C)]


def located(package, ending):
    """The file of an installed package whose name ends so."""
    return Path(next(file for file in files(package) if str(file).endswith(ending)).locate())


def formula_font():
    """STIX Two Math for the web, with what formulas need: without it brackets do not stretch.  A tenth of the whole font."""
    from fontTools import subset
    options = subset.Options(flavor="woff2", layout_features=["*"], name_IDs=["*"])       # the names hold the copyright
    font = subset.load_font(str(located("ziamath", "STIXTwoMath-Regular.ttf")), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[letter for first, end in LETTERS for letter in range(first, end)])
    subsetter.subset(font)
    out = io.BytesIO()
    subset.save_font(font, out, options)
    return out.getvalue()


def korean_font():
    """Nanum Gothic, for the widths of Korean words in figures, and for the card."""
    return located("koreanize-matplotlib", "NanumGothic.ttf")
