import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.logging.LogManager;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/** Reads lines "flavour TAB path" on stdin; answers one JSON object a line, in the same order. */
public final class Judge {
    private Judge() {}

    public static void main(String[] args) throws Exception {
        LogManager.getLogManager().reset();
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        System.setOut(System.err);
        VeraGreenfieldFoundryProvider.initialise();
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            int tab = line.indexOf('\t');
            out.println(judge(line.substring(0, tab), line.substring(tab + 1)));
            out.flush();
        }
    }

    private static String judge(String flavourName, String path) {
        PDFAFlavour flavour = PDFAFlavour.fromString(flavourName);
        Set<String> rules = new LinkedHashSet<>();
        try (InputStream file = new FileInputStream(path);
                PDFAParser parser = Foundries.defaultInstance().createParser(file, flavour);
                PDFAValidator validator = Foundries.defaultInstance().createValidator(flavour, 200, false, false, false)) {
            ValidationResult result = validator.validate(parser);
            for (TestAssertion assertion : result.getTestAssertions()) {
                if (assertion.getStatus() == TestAssertion.Status.FAILED) {
                    rules.add(assertion.getRuleId().getClause() + "-" + assertion.getRuleId().getTestNumber());
                }
            }
            return json(path, flavourName, result.isCompliant() ? "pass" : "fail", rules);
        } catch (Throwable problem) {
            rules.add(problem.getClass().getSimpleName());
            return json(path, flavourName, "error", rules);
        }
    }

    private static String json(String path, String flavour, String verdict, Set<String> rules) {
        StringBuilder list = new StringBuilder();
        for (String rule : rules) {
            list.append(list.length() == 0 ? "" : ",").append(quoted(rule));
        }
        return "{\"file\":" + quoted(path) + ",\"flavour\":" + quoted(flavour) + ",\"verdict\":" + quoted(verdict)
                + ",\"rules\":[" + list + "]}";
    }

    private static String quoted(String value) {
        StringBuilder text = new StringBuilder("\"");
        for (char sign : value.toCharArray()) {
            if (sign == '"' || sign == '\\') {
                text.append('\\').append(sign);
            } else if (sign < 0x20) {
                text.append(String.format("\\u%04x", (int) sign));
            } else {
                text.append(sign);
            }
        }
        return text.append('"').toString();
    }
}
