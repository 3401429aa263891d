package io.attestedmesh.releases.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.releases.fixture.Publisher;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SharingChecksTest {
    private final AuditWorld world = new AuditWorld();

    private ReleaseDraft add(String name, int seed) {
        ReleaseDraft draft = new ReleaseDraft(name, "1.0.0", seed);
        world.releases.add(draft);
        return draft;
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 8})
    void variants_areToldApartByAnyRegisterAroundTheCode(int index) {
        add("kms-a", 50).pcr(index, Publisher.register(1, 40));
        add("kms-b", 50).pcr(index, Publisher.register(2, 40));
        assertThat(world.found(FindingId.PCR0_SHARED)).isEmpty();
        assertThat(world.found(FindingId.PCR0_SHARED_BY_VARIANTS))
                .containsExactly("kms-a 1.0.0, kms-b 1.0.0: the same PCR0; PCR3, PCR4 or PCR8 tells them apart");
    }

    @Test
    void thirdThatIsNotToldApart_makesTheGroupAmbiguous() {
        add("kms-a", 50).pcr(3, Publisher.register(1, 40));
        add("kms-b", 50).pcr(3, Publisher.register(2, 40));
        add("kms-c", 50).pcr(4, Publisher.register(3, 40));
        assertThat(world.found(FindingId.PCR0_SHARED))
                .containsExactly("kms-a 1.0.0, kms-b 1.0.0, kms-c 1.0.0: the same PCR0");
        assertThat(world.found(FindingId.PCR0_SHARED_BY_VARIANTS)).isEmpty();
    }

    @Test
    void registersThatOnlyOneNames_doNotTellApart() {
        add("kms-a", 50).pcr(3, Publisher.register(1, 40));
        add("kms-b", 50).pcr(4, Publisher.register(2, 40));
        assertThat(world.found(FindingId.PCR0_SHARED)).hasSize(1);
    }

    @Test
    void revokedTwice_isNoFinding() {
        add("kms-a", 3).revoked(world.at, "key leaked");
        assertThat(world.audit().findings()).isEmpty();
    }

    @Test
    void manyOfOneKernel_areOneFindingWithFiveNames() {
        for (char name = 'a'; name < 'h'; name++) {
            add("kms-" + name, 60 + name).pcr(1, Publisher.register(60, 1));
        }
        assertThat(world.found(FindingId.PCR1_SHARED))
                .containsExactly("kms-a 1.0.0, kms-b 1.0.0, kms-c 1.0.0, kms-d 1.0.0, kms-e 1.0.0 and 2 more:"
                        + " the same PCR1 in different images");
    }

    @Test
    void revokedCode_isFoundUnderItsOtherName() {
        add("kms-new", 3);
        assertThat(world.found(FindingId.REVOKED_CODE_LISTED))
                .containsExactly("kms-edge 0.9.0: revoked, and the same code is listed as kms-new 1.0.0");
    }

    @Test
    void revokedForOneSigner_acceptedForAnyOther_isNotToldApart() {
        world.edge.pcr(8, Publisher.register(3, 8));
        add("kms-new", 3);
        assertThat(world.found(FindingId.REVOKED_CODE_LISTED)).hasSize(1);
    }

    @Test
    void revokedImage_withAnotherApplication_isOtherCode() {
        add("kms-new", 3).pcr(2, Publisher.register(61, 2));
        assertThat(world.found(FindingId.REVOKED_CODE_LISTED)).isEmpty();
    }

    @Test
    void sameFile_forVariants_isNoFinding() {
        add("kms-a", 50).pcr(3, Publisher.register(1, 40));
        add("kms-b", 50).pcr(3, Publisher.register(2, 40));
        assertThat(world.found(FindingId.IMAGE_SHARED)).isEmpty();
    }

    @Test
    void duplicate_isFoundEachTime() {
        add("kms-core", 70);
        add("kms-core", 71);
        add("kms-core", 72);
        assertThat(world.found(FindingId.DUPLICATE_RELEASE))
                .containsExactly("kms-core 1.0.0: listed twice", "kms-core 1.0.0: listed twice");
    }
}
