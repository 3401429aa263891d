package io.attestedmesh.cli;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Data flows one way, and imports with it: the arrows of docs/architecture.md. */
class ArchitectureTest {
    private static final String ROOT = "io.attestedmesh.";

    private static final String EVIDENCE = "attest.evidence";
    private static final String FILE = "attest.file";
    private static final String NSM = "attest.nsm";
    private static final String DER = "attest.der";
    private static final String VERIFY = "attest.verify";
    private static final String POLICY = "attest.policy";
    private static final String ED25519 = "attest.ed25519";
    private static final String X509 = "attest.x509";
    private static final String TLS = "attest.tls";
    private static final String SIMULATOR = "attest.simulator";
    private static final String RELEASES = "releases";
    private static final String ENCLAVE = "enclave";
    private static final String TRANSPORT = "transport";
    private static final String MPC = "mpc";
    private static final String FEDERATED = "federated";
    private static final String VOTING = "voting";
    private static final String EXAMPLES = "examples";
    private static final String CLI = "cli";

    /** What each part may import beside itself. A part that is missing here may not exist. */
    private static final Map<String, Set<String>> MAY_IMPORT = arrows();

    private static JavaClasses classes;

    private static Map<String, Set<String>> arrows() {
        Map<String, Set<String>> arrows = new LinkedHashMap<>();
        arrows.put(EVIDENCE, Set.of());
        arrows.put(FILE, Set.of());
        arrows.put(NSM, Set.of(EVIDENCE));
        arrows.put(DER, Set.of(EVIDENCE));
        arrows.put(VERIFY, Set.of(EVIDENCE, DER));
        arrows.put(ED25519, Set.of(EVIDENCE, VERIFY));
        arrows.put(X509, Set.of(EVIDENCE, DER));
        arrows.put(POLICY, Set.of(EVIDENCE, VERIFY));
        arrows.put(TLS, Set.of(EVIDENCE, DER, VERIFY, POLICY, X509));
        arrows.put(SIMULATOR, Set.of(EVIDENCE, NSM, DER, VERIFY, POLICY, X509, TLS));
        arrows.put(RELEASES, Set.of(EVIDENCE, FILE, VERIFY, ED25519, POLICY));
        arrows.put(ENCLAVE, Set.of(EVIDENCE, NSM, FILE, DER, VERIFY));
        arrows.put(TRANSPORT, Set.of(EVIDENCE, FILE, DER, VERIFY, POLICY, X509, TLS));
        arrows.put(MPC, Set.of(EVIDENCE, POLICY, TLS, TRANSPORT));
        arrows.put(FEDERATED, Set.of(EVIDENCE, FILE, POLICY, TLS, TRANSPORT, MPC));
        arrows.put(VOTING, Set.of(EVIDENCE, ED25519, FILE, POLICY, TLS, TRANSPORT, MPC));
        arrows.put(EXAMPLES, Set.of(EVIDENCE, MPC, FEDERATED));
        arrows.put(
                CLI,
                Set.of(
                        EVIDENCE, NSM, FILE, DER, VERIFY, ED25519, POLICY, X509, TLS, SIMULATOR, RELEASES, ENCLAVE,
                        TRANSPORT, MPC, FEDERATED, VOTING, EXAMPLES));
        return arrows;
    }

    @BeforeAll
    static void importClasses() {
        ImportOption noTestJars = location -> !location.contains("-tests.jar");
        classes = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .withImportOption(noTestJars)
                .importPackages("io.attestedmesh");
    }

    @Test
    void imports_followTheArrows() {
        Set<String> against = new TreeSet<>();
        for (JavaClass from : classes) {
            for (Dependency dependency : from.getDirectDependenciesFromSelf()) {
                JavaClass to = dependency.getTargetClass().getBaseComponentType();
                if (to.getPackageName().startsWith(ROOT) && !mayImport(part(from), part(to))) {
                    against.add(from.getName() + " imports " + to.getName());
                }
            }
        }
        assertThat(against).isEmpty();
    }

    @Test
    void everyPartOfTheTable_hasClasses() {
        Set<String> found = new TreeSet<>();
        classes.forEach(type -> found.add(part(type)));
        assertThat(found).isEqualTo(new TreeSet<>(MAY_IMPORT.keySet()));
    }

    @Test
    void packages_haveNoCycles() {
        slices().matching("io.attestedmesh.(**)").should().beFreeOfCycles().check(classes);
    }

    @Test
    void grpcAndTunnel_shareConnections_andNotEachOther() {
        Map<String, Set<String>> within = Map.of(
                "transport.connection", Set.of("transport.grpc", "transport.tunnel"),
                "transport.grpc", Set.of("transport.tunnel"),
                "transport.tunnel", Set.of("transport.grpc"));
        Set<String> against = new TreeSet<>();
        for (JavaClass from : classes) {
            for (Dependency dependency : from.getDirectDependenciesFromSelf()) {
                String to = dependency.getTargetClass().getPackageName();
                if (to.startsWith(ROOT)
                        && within.getOrDefault(from.getPackageName().substring(ROOT.length()), Set.of())
                                .contains(to.substring(ROOT.length()))) {
                    against.add(from.getName() + " imports " + to);
                }
            }
        }
        assertThat(against).isEmpty();
    }

    @Test
    void packagesAreConcepts() {
        List<String> unwanted = List.of("util", "utils", "common", "helper", "helpers", "manager", "impl", "misc");
        assertThat(classes)
                .allSatisfy(
                        type -> assertThat(type.getPackageName().split("\\.")).doesNotContainAnyElementsOf(unwanted));
    }

    private static boolean mayImport(String from, String to) {
        return from.equals(to) || MAY_IMPORT.getOrDefault(from, Set.of()).contains(to);
    }

    private static String part(JavaClass type) {
        String name = type.getPackageName();
        assertThat(name).startsWith(ROOT);
        String inside = name.substring(ROOT.length());
        return MAY_IMPORT.keySet().stream()
                .filter(part -> inside.equals(part) || inside.startsWith(part + "."))
                .max(Comparator.comparingInt(String::length))
                .orElseThrow(() -> new AssertionError(name + " stands in no part of the table of arrows"));
    }
}
