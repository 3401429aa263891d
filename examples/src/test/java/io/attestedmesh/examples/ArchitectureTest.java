package io.attestedmesh.examples;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rows of docs/architecture.md for this module; cli's test, which has the others, does not see it. */
class ArchitectureTest {
    private static final String ROOT = "io.attestedmesh.";

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.attestedmesh.examples");

    @ParameterizedTest
    @CsvSource({
        "examples.ed25519, attest.evidence",
        "examples.shamir, examples.ed25519",
        "examples.message, attest.evidence examples.ed25519",
        "examples.frost, attest.evidence examples.ed25519 examples.shamir examples.message",
        "examples.bgw, attest.evidence examples.ed25519 examples.shamir examples.message",
        "examples.digits, federated.learn federated.model",
        "examples.network, attest.evidence examples.ed25519 examples.message examples.frost examples.bgw"
                + " mpc.party mpc.session"
    })
    void imports_followTheArrows(String part, String mayImport) {
        Set<String> allowed = new TreeSet<>(List.of(mayImport.split(" ")));
        allowed.add(part);
        DescribedPredicate<JavaClass> ours = DescribedPredicate.describe(
                "ours", type -> type.getPackageName().startsWith(ROOT));
        DescribedPredicate<JavaClass> inAllowed = DescribedPredicate.describe(
                "in " + allowed, type -> allowed.contains(type.getPackageName().substring(ROOT.length())));

        classes()
                .that()
                .resideInAPackage(ROOT + part)
                .should()
                .onlyDependOnClassesThat(DescribedPredicate.not(ours).or(inAllowed))
                .check(CLASSES);
    }

    @Test
    void packages_haveNoCycles() {
        slices().matching("io.attestedmesh.(**)").should().beFreeOfCycles().check(CLASSES);
    }
}
