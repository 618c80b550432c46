"""A patient summary of another country as CDA level 3, and level 1; synthetic, Italian words."""

import base64

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:pharm="urn:hl7-org:pharm"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <id root="1.2.3.4" extension="7"/>
  <code code="60591-5" codeSystem="2.16.840.1.113883.6.1"/>
  <title>Profilo sanitario</title>
  <effectiveTime value="20260314103000+0100"/>
  <languageCode code="it-IT"/>
  <setId root="1.2.3.4" extension="set"/>
  <versionNumber value="2"/>
  <recordTarget><patientRole>
    <id root="2.16.840.1.113883.2.9.4.3.2" extension="RSSMRA"/>
    <addr><streetAddressLine>Via Roma 1</streetAddressLine><city>Roma</city></addr>
    <patient><name><given>Maria</given><family>Rossi</family></name>
      <administrativeGenderCode code="F"/><birthTime value="19500102"/></patient>
  </patientRole></recordTarget>
  <author><assignedAuthor><id root="1.2.3.5" extension="99"/>
    <assignedPerson><name><given>Luca</given> <family>Bianchi</family></name></assignedPerson>
    <representedOrganization><name>ASL Roma</name></representedOrganization>
  </assignedAuthor></author>
  <relatedDocument typeCode="RPLC">
    <parentDocument><id root="1.2.3.4" extension="6"/></parentDocument></relatedDocument>
"""

SECTIONS = """
<section><code code="11450-4" codeSystem="2.16.840.1.113883.6.1"/><title>Problemi</title>
  <text><list><item><content ID="p1">Asma bronchiale</content></item></list></text>
  <entry><act><entryRelationship typeCode="SUBJ"><observation>
    <effectiveTime><low value="199803"/></effectiveTime>
    <value xsi:type="CD" code="J45" codeSystem="2.16.840.1.113883.6.3">
      <originalText><reference value="#p1"/></originalText></value>
  </observation></entryRelationship></act></entry></section>
<section><code code="48765-2" codeSystem="2.16.840.1.113883.6.1"/><title>Allergie</title>
  <text><table><tbody><tr><td>Penicillina</td><td>orticaria</td></tr></tbody></table></text>
  <entry><act><entryRelationship typeCode="SUBJ"><observation>
    <value xsi:type="CD" code="416098002" codeSystem="2.16.840.1.113883.6.96" displayName="Drug allergy"/>
    <participant typeCode="CSM"><participantRole><playingEntity>
      <code code="J01C" codeSystem="2.16.840.1.113883.6.73" displayName="Penicilline"/>
    </playingEntity></participantRole></participant>
    <entryRelationship typeCode="MFST"><observation>
      <value xsi:type="CD" code="126485001" codeSystem="2.16.840.1.113883.6.96" displayName="Urticaria"/>
    </observation></entryRelationship>
  </observation></entryRelationship></act></entry></section>
<section><code code="10160-0" codeSystem="2.16.840.1.113883.6.1"/><title>Terapia</title>
  <text><paragraph>Metformina 850 mg</paragraph></text>
  <entry><substanceAdministration>
    <effectiveTime xsi:type="IVL_TS"><low value="2012"/></effectiveTime>
    <effectiveTime xsi:type="PIVL_TS" operator="A"><period value="12" unit="h"/></effectiveTime>
    <routeCode code="20053000" codeSystem="0.4.0.127.0.16.1.1.2.1" displayName="Oral use"/>
    <doseQuantity><low value="1" unit="1"/><high value="2" unit="1"/></doseQuantity>
    <consumable><manufacturedProduct><manufacturedMaterial>
      <name>Metformina</name>
      <pharm:formCode code="10219000" codeSystem="0.4.0.127.0.16.1.1.2.1" displayName="Tablet"/>
      <pharm:ingredient classCode="ACTI"><pharm:quantity><numerator value="850" unit="mg"/>
        <denominator value="1" unit="1"/></pharm:quantity>
        <pharm:ingredientSubstance><pharm:code code="A10BA02" codeSystem="2.16.840.1.113883.6.73"
          displayName="metformin"/></pharm:ingredientSubstance></pharm:ingredient>
    </manufacturedMaterial></manufacturedProduct></consumable>
  </substanceAdministration></entry></section>
<section><code code="30954-2" codeSystem="2.16.840.1.113883.6.1"/><title>Esami</title>
  <text><paragraph>Gruppo</paragraph></text>
  <entry><organizer><component><observation>
    <code code="2160-0" codeSystem="2.16.840.1.113883.6.1" displayName="Creatinine"/>
    <effectiveTime value="20260301"/><value xsi:type="PQ" value="0.90" unit="mg/dL"/>
    <referenceRange><observationRange><text>0.5 - 1.1</text></observationRange></referenceRange>
  </observation></component></organizer></entry></section>
<section><code code="47519-4" codeSystem="2.16.840.1.113883.6.1"/><title>Interventi</title>
  <text><paragraph>Appendicectomia</paragraph></text>
  <entry><procedure><code code="80146002" codeSystem="2.16.840.1.113883.6.96" displayName="Appendectomy"/>
    <effectiveTime value="1965"/></procedure></entry></section>
<section><code code="46264-8" codeSystem="2.16.840.1.113883.6.1"/><title>Dispositivi</title>
  <text><paragraph>Nessuno noto</paragraph></text>
  <entry><supply><participant typeCode="DEV"><participantRole><playingDevice>
    <code code="no-known-devices" codeSystem="2.16.840.1.113883.5.1150.1"/>
  </playingDevice></participantRole></participant></supply></entry></section>
<section><code code="11369-6" codeSystem="2.16.840.1.113883.6.1"/><title>Vaccini</title>
  <text><paragraph>Antitetanica <linkHtml href="javascript:alert(1)">qui</linkHtml></paragraph></text>
  <entry><strange/></entry></section>
"""


def level_3(sections: str = SECTIONS) -> bytes:
    """Its sections are parts of one body."""
    parts = sections.replace("<section>", "<component><section>").replace(
        "</section>", "</section></component>"
    )
    body = f"<component><structuredBody>{parts}</structuredBody></component>"
    return f"{_HEAD}{body}</ClinicalDocument>".encode()


def level_1(pdf: bytes) -> bytes:
    """A PDF inside."""
    text = base64.b64encode(pdf).decode()
    body = f'<nonXMLBody><text mediaType="application/pdf" representation="B64">{text}</text></nonXMLBody>'
    return f"{_HEAD}<component>{body}</component></ClinicalDocument>".encode()
