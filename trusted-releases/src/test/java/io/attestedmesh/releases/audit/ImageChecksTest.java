package io.attestedmesh.releases.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.releases.fixture.Publisher;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageChecksTest {
    private static final Bytes CORE = Publisher.register(1, 20);
    private static final Bytes UNKNOWN = Publisher.register(77, 20);

    private final AuditWorld world = new AuditWorld();

    private void image(String file, Bytes sha384, long size) {
        world.images.add(new AuditedImage(file, sha384, size));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "kms-core-1.4.2.eif",
                "kms-core_1.4.2.eif",
                "kms-core-v1.4.2.eif",
                "kms-core_v1.4.2.eif",
                "kms-core-1.4.2"
            })
    void nameOfARelease_claimsIt(String file) {
        image(file, UNKNOWN, 50_000_001);
        assertThat(world.found(FindingId.IMAGE_DIFFERS))
                .containsExactly(
                        file + ": SHA-384 " + UNKNOWN.hex() + ", 50000001 bytes; the list says of kms-core 1.4.2:"
                                + " SHA-384 " + CORE.hex() + ", 50000001 bytes");
        assertThat(world.found(FindingId.IMAGE_UNKNOWN)).isEmpty();
    }

    @Test
    void nameOfAProgram_claimsAllItsVersions() {
        image("kms-core.eif", UNKNOWN, 50_000_001);
        assertThat(world.found(FindingId.IMAGE_DIFFERS))
                .singleElement()
                .asString()
                .contains("kms-core 1.4.2: SHA-384")
                .contains("kms-core 1.4.1: SHA-384");
    }

    @ParameterizedTest
    @ValueSource(strings = {"kms-core-1.4.3.eif", "kms-core1.4.2.eif", "KMS-CORE-1.4.2.eif", "kms.eif", ".eif"})
    void otherName_claimsNothing(String file) {
        image(file, UNKNOWN, 50_000_001);
        assertThat(world.found(FindingId.IMAGE_DIFFERS)).isEmpty();
        assertThat(world.found(FindingId.IMAGE_UNKNOWN)).hasSize(1);
    }

    @Test
    void digestOfARelease_withAnotherSize_differs() {
        image("found.eif", CORE, 7);
        assertThat(world.found(FindingId.IMAGE_DIFFERS)).hasSize(1);
    }

    @Test
    void claimedRelease_withoutImage_isUnknown() {
        world.core.withoutImage();
        image("kms-core-1.4.2.eif", UNKNOWN, 1);
        assertThat(world.found(FindingId.IMAGE_UNKNOWN))
                .singleElement()
                .asString()
                .endsWith(", 1 byte; kms-core 1.4.2 names no image");
        assertThat(world.found(FindingId.IMAGE_DIFFERS)).isEmpty();
    }

    @Test
    void claimedProgram_withoutImages_isUnknown() {
        world.core.withoutImage();
        world.old.withoutImage();
        image("kms-core.eif", UNKNOWN, 1);
        assertThat(world.found(FindingId.IMAGE_UNKNOWN))
                .singleElement()
                .asString()
                .endsWith(", 1 byte; kms-core 1.4.2, kms-core 1.4.1 name no image");
    }

    @Test
    void claimedProgram_ofWhichOneReleaseNamesAnImage_differsFromThat() {
        world.core.withoutImage();
        image("kms-core.eif", UNKNOWN, 1);
        assertThat(world.found(FindingId.IMAGE_DIFFERS))
                .singleElement()
                .asString()
                .contains("the list says of kms-core 1.4.1: SHA-384")
                .doesNotContain("kms-core 1.4.2");
    }

    @Test
    void fileOfOneRelease_namedAsAnother_differs() {
        image("kms-core-1.4.1.eif", CORE, 50_000_001);
        assertThat(world.found(FindingId.IMAGE_DIFFERS))
                .containsExactly("kms-core-1.4.1.eif: the file of kms-core 1.4.2; the list says of kms-core 1.4.1:"
                        + " SHA-384 " + Publisher.register(2, 20).hex() + ", 50000002 bytes");
        assertThat(world.audit().findings()).hasSize(1);
        assertThat(TextReport.of(world.audit())).contains("  kms-core-1.4.1.eif: kms-core 1.4.2");
    }

    @Test
    void fileOfOneRelease_namedAsOneWithoutImage_differs() {
        world.old.withoutImage();
        image("kms-core-1.4.1.eif", CORE, 50_000_001);
        assertThat(world.found(FindingId.IMAGE_DIFFERS))
                .containsExactly("kms-core-1.4.1.eif: the file of kms-core 1.4.2; the list says of kms-core 1.4.1:"
                        + " no image file");
    }

    @Test
    void fileOfOneProgram_namedAsAnother_differs() {
        image("kms-edge.eif", CORE, 50_000_001);
        assertThat(world.found(FindingId.IMAGE_DIFFERS)).hasSize(1);
    }

    @Test
    void fileOfARevokedRelease_namedAsAnother_differsAndIsRevoked() {
        image("kms-core-1.4.1.eif", Publisher.register(3, 20), 50_000_003);
        assertThat(world.found(FindingId.IMAGE_DIFFERS)).hasSize(1);
        assertThat(world.found(FindingId.IMAGE_REVOKED))
                .containsExactly("kms-core-1.4.1.eif: the image of kms-edge 0.9.0, which is revoked");
    }

    @Test
    void fileOfAVersion_namedAsItsProgram_isIt() {
        image("kms-core.eif", CORE, 50_000_001);
        assertThat(world.audit().findings()).isEmpty();
    }

    @Test
    void fileInAFolder_isNamedByItsLastName_andToldByItsPath() {
        image("builds/kms-edge/kms-core-1.4.2.eif", CORE, 50_000_001);
        image("builds/kms-core-1.4.2.eif", UNKNOWN, 1);
        assertThat(world.found(FindingId.IMAGE_DIFFERS))
                .singleElement()
                .asString()
                .startsWith("builds/kms-core-1.4.2.eif: ");
        assertThat(world.audit().findings()).hasSize(1);
    }

    @Test
    void nameOfStranger_isEscaped() {
        image("a\n\u202eb.eif", UNKNOWN, 1);
        assertThat(world.found(FindingId.IMAGE_UNKNOWN))
                .singleElement()
                .asString()
                .startsWith("a\\u000a\\u202eb.eif: ");
    }

    @Test
    void fileOfRevokedAndOfAcceptedRelease_isNoneToDelete() {
        world.releases.add(new ReleaseDraft("kms-new", "1.0.0", 80).image(Publisher.register(3, 20), 50_000_003));
        image("found.eif", Publisher.register(3, 20), 50_000_003);
        assertThat(world.found(FindingId.IMAGE_REVOKED)).isEmpty();
    }
}
