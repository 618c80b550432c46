#!/usr/bin/env bash
# veraPDF 1.30.2: of a CFF font whose nominalWidthX is no whole number, the fraction is left out of every glyph's width.
#
# Technote 5176 (table 23) calls nominalWidthX a number, and reals are ordinary there: a glyph's width is that number plus
# what its charstring says. ISO 19005-2 §6.2.11.5 wants /Widths to agree within 1 of 1000.
# One would guess: 907.5 in /Widths agrees with 435.9 + 471 = 906.9.
# Seen: refused by rule 6.2.11.5-1 (compared with 435 + 471); the same font based on 436 passes with 907.5. fontTools
# adds the fraction. Whoever checks by it rejects a file that is right.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
command -v mvn >/dev/null && command -v javac >/dev/null || { echo "needs Maven and a JDK"; exit 2; }
python3 -m venv "$folder/venv" &&
  "$folder/venv/bin/pip" install -q --disable-pip-version-check pikepdf==10.17.0 fonttools==4.68.0 pillow==13.0.0 || exit 2
mkdir -p "$folder/java"
cat > "$folder/java/pom.xml" <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>seen</groupId><artifactId>seen</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.verapdf</groupId><artifactId>validation-model</artifactId><version>1.30.2</version></dependency>
  </dependencies>
</project>
XML
cat > "$folder/java/Seen.java" <<'JAVA'
import java.io.FileInputStream;
import java.util.TreeSet;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.flavours.PDFAFlavour;

public class Seen {
    public static void main(String[] files) throws Exception {
        VeraGreenfieldFoundryProvider.initialise();
        for (String file : files) {
            try (var parser = Foundries.defaultInstance().createParser(new FileInputStream(file), PDFAFlavour.PDFA_2_B);
                 var validator = Foundries.defaultInstance().createValidator(PDFAFlavour.PDFA_2_B, false)) {
                var rules = new TreeSet<String>();
                for (var rule : validator.validate(parser).getFailedChecks().keySet())
                    rules.add(rule.getClause() + "-" + rule.getTestNumber());
                System.out.println(rules);
            }
        }
    }
}
JAVA
(cd "$folder/java" && mvn -q -B dependency:copy-dependencies -DoutputDirectory=jars && javac -cp 'jars/*' Seen.java) || exit 2
cat > "$folder/made.py" <<'PYTHON'
import io
import sys

import pikepdf
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.t2CharStringPen import T2CharStringPen
from PIL import ImageCms
from pikepdf import Array, Dictionary, Name

XMP = """<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""
xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" pdfaid:part="2" pdfaid:conformance="B"/></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""


def square(beside_the_base):
    pen = T2CharStringPen(beside_the_base, None)
    pen.moveTo((100, 0))
    for corner in ((500, 0), (500, 400), (100, 400)):
        pen.lineTo(corner)
    pen.closePath()
    return pen.getCharString()


def cff(base):
    builder = FontBuilder(1000, isTTF=False)
    builder.setupGlyphOrder([".notdef", "A"])
    builder.setupCharacterMap({})
    builder.setupCFF("Odd", {}, {name: square(471) for name in (".notdef", "A")}, {"nominalWidthX": base})
    out = io.BytesIO()
    builder.font["CFF "].cff.compile(out, builder.font)
    return out.getvalue()


def made(base, path):
    pdf = pikepdf.new()
    descriptor = Dictionary(
        Type=Name.FontDescriptor, FontName=Name.Odd, Flags=32, FontBBox=[0, 0, 999, 999], ItalicAngle=0, Ascent=800,
        Descent=0, CapHeight=700, StemV=80, FontFile3=pdf.make_stream(cff(base), Subtype=Name.Type1C),
    )
    font = Dictionary(
        Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Odd, FirstChar=65, LastChar=65, Widths=[907.5],
        FontDescriptor=pdf.make_indirect(descriptor), Encoding=Name.WinAnsiEncoding,
    )
    page = pdf.add_blank_page(page_size=(200, 200))
    page.Resources = Dictionary(Font=Dictionary(F=pdf.make_indirect(font)))
    page.Contents = pdf.make_stream(b"BT /F 20 Tf 50 100 Td (A) Tj ET")
    colours = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    intent = Dictionary(
        Type=Name.OutputIntent, S=Name.GTS_PDFA1, OutputConditionIdentifier="sRGB",
        DestOutputProfile=pdf.make_stream(colours, N=3),
    )
    pdf.Root.OutputIntents = Array([intent])
    pdf.Root.Metadata = pdf.make_stream(XMP.encode(), Type=Name.Metadata, Subtype=Name.XML)
    pdf.save(path)


made(436, sys.argv[1])
made(435.9, sys.argv[2])
PYTHON
"$folder/venv/bin/python" "$folder/made.py" "$folder/whole.pdf" "$folder/fraction.pdf"
seen=$(java -cp "$folder/java/jars/*:$folder/java" Seen "$folder/whole.pdf" "$folder/fraction.pdf" 2>/dev/null)
printf 'based on 436:   %s\nbased on 435.9: %s\n' $seen
[ "$seen" = $'[]\n[6.2.11.5-1]' ]
