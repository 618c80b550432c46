import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.context.support.IValidationSupport;
import ca.uhn.fhir.validation.FhirValidator;
import ca.uhn.fhir.validation.ResultSeverityEnum;
import ca.uhn.fhir.validation.SingleValidationMessage;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.hl7.fhir.common.hapi.validation.support.CommonCodeSystemsTerminologyService;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.PrePopulatedValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.SnapshotGeneratingValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.UnknownCodeSystemWarningValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;
import org.hl7.fhir.instance.model.api.IBaseResource;

/**
 * Reads paths on stdin; answers one JSON object a line, in the same order: {"ms", "errors": [[where, what], …]}.
 * "ms" is the processor time of the thread that judges: what else the machine does is not in it, nor is the
 * work of the compiler and of the collector of garbage, which have threads of their own.
 * A path is a document, or a folder of profiles (JSON) that count besides base R4; folders come first. No server of
 * terms is asked, and a profile that is not there says nothing.
 */
public final class Judge {
    private static final ThreadMXBean CLOCK = ManagementFactory.getThreadMXBean();

    private Judge() {}

    public static void main(String[] args) throws Exception {
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        System.setOut(System.err);
        ObjectMapper json = new ObjectMapper();
        FhirValidator validator = null;
        List<Path> folders = new ArrayList<>();
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            Path path = Path.of(line);
            if (Files.isDirectory(path)) {
                folders.add(path);
                out.println("{\"ms\":0,\"errors\":[]}");
                continue;
            }
            validator = validator == null ? validator(folders) : validator;
            out.println(json.writeValueAsString(judge(json, validator, Files.readString(path))));
            out.flush();
        }
    }

    private static FhirValidator validator(List<Path> folders) throws Exception {
        FhirContext context = FhirContext.forR4();
        UnknownCodeSystemWarningValidationSupport unknown = new UnknownCodeSystemWarningValidationSupport(context);
        unknown.setNonExistentCodeSystemSeverity(IValidationSupport.IssueSeverity.WARNING);
        PrePopulatedValidationSupport profiles = new PrePopulatedValidationSupport(context);
        for (Path folder : folders) {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : (Iterable<Path>) files.filter(f -> f.toString().endsWith(".json"))::iterator) {
                    profiles.addResource((IBaseResource) context.newJsonParser().parseResource(Files.readString(file)));
                }
            }
        }
        FhirInstanceValidator module = new FhirInstanceValidator(new ValidationSupportChain(
                new DefaultProfileValidationSupport(context),
                profiles,
                new SnapshotGeneratingValidationSupport(context),
                new CommonCodeSystemsTerminologyService(context),
                new InMemoryTerminologyServerValidationSupport(context),
                unknown));
        module.setErrorForUnknownProfiles(false); // base R4 alone judges unless profiles are given
        return context.newValidator().registerValidatorModule(module);
    }

    private static ObjectNode judge(ObjectMapper json, FhirValidator validator, String bundle) {
        ObjectNode answer = json.createObjectNode();
        ArrayNode errors = answer.putArray("errors");
        long began = CLOCK.getCurrentThreadCpuTime();
        try {
            List<SingleValidationMessage> found = validator.validateWithResult(bundle).getMessages();
            answer.put("ms", (CLOCK.getCurrentThreadCpuTime() - began) / 1e6);
            for (SingleValidationMessage message : found) {
                boolean unknownProfile = message.getMessage().startsWith("Invalid profile. Failed to retrieve");
                if (message.getSeverity().ordinal() >= ResultSeverityEnum.ERROR.ordinal() && !unknownProfile) {
                    errors.addArray().add(message.getLocationString()).add(message.getMessage());
                }
            }
        } catch (RuntimeException problem) { // what it cannot even parse it refuses
            answer.put("ms", (CLOCK.getCurrentThreadCpuTime() - began) / 1e6);
            errors.addArray().add("").add(problem.getClass().getSimpleName() + ": " + problem.getMessage());
        }
        return answer;
    }
}
