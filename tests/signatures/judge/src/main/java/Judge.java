import eu.europa.esig.dss.diagnostic.SignatureWrapper;
import eu.europa.esig.dss.model.DSSDocument;
import eu.europa.esig.dss.model.FileDocument;
import eu.europa.esig.dss.simplereport.SimpleReport;
import eu.europa.esig.dss.spi.DSSUtils;
import eu.europa.esig.dss.spi.validation.CommonCertificateVerifier;
import eu.europa.esig.dss.spi.x509.CommonTrustedCertificateSource;
import eu.europa.esig.dss.validation.SignedDocumentValidator;
import eu.europa.esig.dss.validation.reports.Reports;
import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Reads lines "anchor TAB signed TAB payload" (paths; payload may be empty) on stdin. Answers one line each, in
 * the same order: format, indication, sub-indication, intact, signer, claimed time; or "error" and why.
 */
public final class Judge {
    private Judge() {}

    public static void main(String[] args) throws Exception {
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        System.setOut(System.err);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] paths = line.split("\t", -1);
            out.println(judge(paths[0], paths[1], paths[2]));
            out.flush();
        }
    }

    private static String judge(String anchor, String signed, String payload) {
        try {
            CommonTrustedCertificateSource anchors = new CommonTrustedCertificateSource();
            anchors.addCertificate(DSSUtils.loadCertificate(new File(anchor)));
            CommonCertificateVerifier verifier = new CommonCertificateVerifier();
            verifier.setTrustedCertSources(anchors);
            SignedDocumentValidator validator = SignedDocumentValidator.fromDocument(new FileDocument(signed));
            validator.setCertificateVerifier(verifier);
            if (!payload.isEmpty()) {
                validator.setDetachedContents(List.<DSSDocument>of(new FileDocument(payload)));
            }
            Reports reports = validator.validateDocument();
            SimpleReport simple = reports.getSimpleReport();
            String id = simple.getFirstSignatureId();
            if (id == null) {
                return "none\t\t\t\t\t";
            }
            SignatureWrapper found = reports.getDiagnosticData().getSignatureById(id);
            boolean intact = found.isSignatureIntact() && found.isSignatureValid();
            return String.join("\t", String.valueOf(simple.getSignatureFormat(id)),
                    String.valueOf(simple.getIndication(id)), String.valueOf(simple.getSubIndication(id)),
                    String.valueOf(intact), String.valueOf(simple.getSignedBy(id)),
                    String.valueOf(found.getClaimedSigningTime() == null
                            ? "" : found.getClaimedSigningTime().toInstant()));
        } catch (Throwable problem) {
            return "error\t" + problem.getClass().getSimpleName() + "\t" + String.valueOf(problem.getMessage())
                    .replaceAll("\\s+", " ") + "\t\t\t";
        }
    }
}
