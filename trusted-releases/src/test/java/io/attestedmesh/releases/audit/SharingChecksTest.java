package io.attestedmesh.releases.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.Pcr;
import io.attestedmesh.releases.fixture.Publisher;
import io.attestedmesh.releases.list.ReleaseList;
import java.util.Arrays;
import java.util.List;
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

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 8})
    void revokedInstance_ofAcceptedCode_isNoFinding(int index) {
        world.edge.pcr(index, Publisher.register(3, 8));
        add("kms-new", 3);
        assertThat(world.audit().findings()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 8})
    void revokedCode_acceptedForOneInstance_isFound(int index) {
        add("kms-new", 3).pcr(index, Publisher.register(3, 8));
        assertThat(world.found(FindingId.REVOKED_CODE_LISTED)).hasSize(1);
    }

    @Test
    void revokedInstance_acceptedWithItsSigner_isFound() {
        world.edge.pcr(4, Publisher.register(3, 4));
        add("kms-new", 3).pcr(4, Publisher.register(3, 4)).pcr(8, Publisher.register(3, 8));
        assertThat(world.found(FindingId.REVOKED_CODE_LISTED)).hasSize(1);
    }

    @Test
    void revokedSigner_ofAnAcceptedInstance_isNoFinding() {
        world.edge.pcr(8, Publisher.register(3, 8));
        add("kms-new", 3).pcr(4, Publisher.register(3, 4));
        assertThat(world.found(FindingId.REVOKED_CODE_LISTED)).isEmpty();
    }

    @Test
    void codeRevokedUnderSeveralNames_isOneFinding() {
        add("kms-a", 3).revoked(world.at, "key leaked");
        add("kms-b", 3);
        add("kms-c", 3).pcr(4, Publisher.register(3, 4));
        assertThat(world.found(FindingId.REVOKED_CODE_LISTED))
                .containsExactly("kms-edge 0.9.0, kms-a 1.0.0: revoked, and the same code is listed as kms-b 1.0.0,"
                        + " kms-c 1.0.0");
    }

    /** Of 20,000 releases of one code, each accepted one has 10,000 revoked ones beside it: they are told as one. */
    @Test
    void largestList_ofOneCode_isOneFinding() {
        for (int i = 0; world.releases.size() < ReleaseList.MAX_RELEASES; i++) {
            ReleaseDraft draft = add("kms-" + i, 90);
            if (i % 2 == 0) {
                draft.revoked(world.at, "key leaked");
            }
        }
        AuditReport report = world.audit();
        assertThat(report.findings().stream().map(Finding::id))
                .containsExactly(FindingId.REVOKED_CODE_LISTED, FindingId.PCR0_SHARED);
        assertThat(report.findings().get(0).message()).endsWith("kms-9 1.0.0 and 9993 more");
    }

    /** The same with an instance for each release, all of which one revocation refuses. */
    @Test
    void largestList_ofOneCodeInManyInstances_isOneFinding() {
        add("kms-all", 90).revoked(world.at, "key leaked");
        for (int i = 0; world.releases.size() < ReleaseList.MAX_RELEASES; i++) {
            ReleaseDraft draft =
                    add("kms-" + i, 90).pcr(4, Publisher.register(i, 4)).withoutSource();
            if (i % 2 == 0) {
                draft.revoked(world.at, "key leaked");
            }
        }
        assertThat(world.found(FindingId.REVOKED_CODE_LISTED))
                .singleElement()
                .asString()
                .startsWith("kms-all 1.0.0: revoked, and the same code is listed as kms-1 1.0.0, ");
        assertThat(world.found(FindingId.PCR0_SHARED_BY_VARIANTS)).hasSize(1);
    }

    @Test
    void revokedImage_withAnotherApplication_isOtherCode() {
        add("kms-new", 3).pcr(2, Publisher.register(61, 2));
        assertThat(world.found(FindingId.REVOKED_CODE_LISTED)).isEmpty();
        assertThat(world.found(FindingId.REGISTERS_CONTRADICT))
                .containsExactly("kms-edge 0.9.0, kms-new 1.0.0: the same PCR0, and different values of PCR2");
    }

    @Test
    void samePcr0_withOtherKernelAndApplication_isContradictionAndNoSharing() {
        add("kms-a", 50).pcr(1, Publisher.register(51, 1)).pcr(2, Publisher.register(51, 2));
        add("kms-b", 50);
        assertThat(world.found(FindingId.REGISTERS_CONTRADICT))
                .containsExactly("kms-a 1.0.0, kms-b 1.0.0: the same PCR0, and different values of PCR1 and PCR2");
        assertThat(world.audit().findings()).hasSize(1);
    }

    @Test
    void samePcr0_andOneWithoutKernel_isNoContradiction() {
        add("kms-a", 50).withoutPcr(1);
        add("kms-b", 50);
        assertThat(world.found(FindingId.REGISTERS_CONTRADICT)).isEmpty();
        assertThat(world.found(FindingId.PCR0_SHARED)).hasSize(1);
    }

    @Test
    void samePcr0_andAPlaceholderForTheKernel_isNoContradiction() {
        byte[] bytes = new byte[48];
        Arrays.fill(bytes, (byte) 0x5a);
        add("kms-a", 50).pcr(1, Bytes.of(bytes));
        add("kms-b", 50);
        assertThat(world.found(FindingId.REGISTERS_CONTRADICT)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0x00, 0x5a})
    void valuesThatNobodyMeasured_areNotShared(int value) {
        byte[] bytes = new byte[48];
        Arrays.fill(bytes, (byte) value);
        for (String name : List.of("kms-a", "kms-b")) {
            add(name, name.charAt(4)).pcr(0, Bytes.of(bytes)).pcr(1, Bytes.of(bytes));
        }
        assertThat(world.audit().findings().stream().map(Finding::id))
                .doesNotContain(FindingId.REGISTERS_CONTRADICT, FindingId.PCR0_SHARED, FindingId.PCR1_SHARED);
    }

    @Test
    void imagesWithoutApplication_shareNone() {
        Bytes ofNothing = Pcr.extendOfZero(ReleaseDraft.sha384(Bytes.EMPTY));
        add("kms-a", 50).pcr(2, ofNothing);
        add("kms-b", 51).pcr(2, ofNothing);
        assertThat(world.audit().findings().stream().map(Finding::id))
                .containsExactly(FindingId.APPLICATION_UNMEASURED, FindingId.APPLICATION_UNMEASURED);
    }

    @Test
    void fileOfRevokedCode_namedForOther_isFound() {
        add("kms-new", 60).image(Publisher.register(3, 20), 50_000_003);
        assertThat(world.found(FindingId.IMAGE_SHARED))
                .containsExactly("kms-edge 0.9.0, kms-new 1.0.0: one image file with different values of PCR0");
    }

    @Test
    void sameFile_andOneWithoutPcr0_isNoFinding() {
        add("kms-new", 60).image(Publisher.register(2, 20), 50_000_002).withoutPcr(0);
        assertThat(world.found(FindingId.IMAGE_SHARED)).isEmpty();
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
