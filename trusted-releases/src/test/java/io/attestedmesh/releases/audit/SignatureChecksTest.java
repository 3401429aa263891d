package io.attestedmesh.releases.audit;

import static io.attestedmesh.releases.audit.AuditWorld.ALICE;
import static io.attestedmesh.releases.audit.AuditWorld.BOB;
import static io.attestedmesh.releases.audit.AuditWorld.CAROL;
import static io.attestedmesh.releases.audit.AuditWorld.STRANGER;
import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.releases.audit.KeyUse.Signed;
import io.attestedmesh.releases.envelope.DocumentType;
import io.attestedmesh.releases.envelope.EnvelopeSignature;
import io.attestedmesh.releases.envelope.NamedKey;
import io.attestedmesh.releases.envelope.SignedEnvelope;
import io.attestedmesh.releases.fixture.Signer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SignatureChecksTest {
    private final AuditWorld world = new AuditWorld();

    private List<Signed> signed() {
        return world.audit().keys().stream().map(KeyUse::signed).toList();
    }

    private List<EnvelopeSignature> asRoot(Signer by) {
        SignedEnvelope envelope = SignedEnvelope.unsigned(world.list().encode());
        return by.sign(DocumentType.TRUST_ROOT, envelope).signatures();
    }

    @Test
    void keys_standInTheOrderOfTheRoot() {
        world.signers = List.of(CAROL, ALICE);
        assertThat(world.audit().keys().stream().map(use -> use.key().name())).containsExactly("alice", "bob", "carol");
        assertThat(signed()).containsExactly(Signed.YES, Signed.NO, Signed.YES);
    }

    @Test
    void signatureForAnotherKindOfDocument_isInvalidWithItsReason() {
        world.strayed.addAll(asRoot(CAROL));
        assertThat(signed()).containsExactly(Signed.YES, Signed.YES, Signed.INVALID);
        assertThat(world.found(FindingId.SIGNATURE_INVALID))
                .singleElement()
                .asString()
                .startsWith("carol: WRONG_TYPE");
    }

    @Test
    void invalidSignature_ofOneKey_hidesNoOther() {
        world.signers = List.of(BOB);
        world.strayed.addAll(asRoot(CAROL));
        assertThat(world.found(FindingId.THRESHOLD_NOT_MET))
                .containsExactly("acme-kms version 3: 1 of the root's keys signed, and 2 must");
        assertThat(world.found(FindingId.LIST_REFUSED)).hasSize(1);
    }

    @Test
    void signatureTwice_countsOnce() {
        world.signers = List.of(ALICE);
        world.strayed.addAll(AuditWorld.sign(world.list(), List.of(ALICE)).signatures());
        assertThat(world.audit().signed()).isEqualTo(1);
        assertThat(world.audit().margin()).contains(-1L);
    }

    @Test
    void unknownKeys_areNamedByTheirIds() {
        world.signers = List.of(ALICE, STRANGER, BOB);
        assertThat(world.found(FindingId.SIGNATURE_OF_UNKNOWN_KEY))
                .containsExactly(STRANGER.key().keyId()
                        + ": root version 1 does not name this key; its signature does not count");
    }

    @Test
    void keyThatSignedAnEarlierVersion_isUsed() {
        world.rootSigners = List.of(ALICE, BOB);
        world.earlier(2, Duration.ofDays(1), world.core, world.old, world.edge);
        assertThat(world.found(FindingId.KEY_UNUSED))
                .containsExactly("carol: signed neither 2 lists nor 1 root of this audit");
        world.others.clear();
        world.others.add(world.other(
                AuditWorld.LIST, 2, Duration.ofDays(1), List.of(ALICE, CAROL), world.core, world.old, world.edge));
        assertThat(world.found(FindingId.KEY_UNUSED)).isEmpty();
    }

    @Test
    void keyThatSignedAnotherList_isUnused() {
        world.rootSigners = List.of(ALICE, BOB);
        world.otherRoots.add(world.edgeRoot(1, List.of(ALICE, CAROL), ALICE, CAROL));
        world.others.add(world.other("acme-edge", 2, Duration.ofDays(1), List.of(ALICE, CAROL), world.core));
        assertThat(world.found(FindingId.KEY_UNUSED))
                .containsExactly("carol: signed neither 1 list nor 1 root of this audit");
    }

    @Test
    void oneOfOne_isBothTooFewAndAll() {
        world.keys = List.of(ALICE);
        world.rootSigners = List.of(ALICE);
        world.signers = List.of(ALICE);
        world.threshold = 1;
        assertThat(world.audit().findings().stream().map(Finding::id))
                .containsExactly(FindingId.THRESHOLD_ONE, FindingId.THRESHOLD_ALL);
    }

    @Test
    void twoOfTwo_isNoMinority() {
        world.keys = List.of(ALICE, BOB);
        world.rootSigners = List.of(ALICE, BOB);
        assertThat(world.audit().findings().stream().map(Finding::id)).containsExactly(FindingId.THRESHOLD_ALL);
    }

    @Test
    void halfOfTheKeys_isMinority() {
        world.keys = List.of(ALICE, BOB, CAROL, STRANGER);
        world.rootSigners = world.keys;
        assertThat(world.found(FindingId.THRESHOLD_MINORITY)).containsExactly("root version 1: 2 of 4 keys");
    }

    @Test
    void keyOfOthersUnderTheSameName_isNotTheRoots() {
        Signer impostor = Signer.generate("bob", BOB.key().algorithm());
        world.signers = List.of(ALICE, impostor);
        assertThat(signed()).containsExactly(Signed.YES, Signed.NO, Signed.NO);
        assertThat(world.found(FindingId.SIGNATURE_OF_UNKNOWN_KEY)).hasSize(1);
    }

    @Test
    void logKeyUnderAnyName_isRecognised() {
        NamedKey key = AuditWorld.LOG_AS_SIGNER.key();
        world.keys = List.of(ALICE, BOB, new Signer(key, AuditWorld.LOG_AS_SIGNER.privateKey()));
        assertThat(world.found(FindingId.LOG_KEY_SIGNS_LISTS))
                .containsExactly("dave: the same key signs lists and checkpoints of the log");
    }

    @Test
    void noRoot_bundle_saysUnderWhichItWasVerified() {
        world.rootIsGiven = false;
        assertThat(world.found(FindingId.ROOT_NOT_GIVEN))
                .containsExactly("acme-kms version 3: verified under the first root of its own bundle");
        assertThat(world.audit().refusal()).isEmpty();
    }

    @Test
    void noRoot_listAlone_isRefused() {
        world.rootIsGiven = false;
        world.isBundle = false;
        assertThat(world.found(FindingId.ROOT_NOT_GIVEN))
                .containsExactly("acme-kms version 3: no trust root to verify it under");
        assertThat(world.audit().refusal()).contains("there is no trust root to verify it under");
        assertThat(world.audit().margin()).isEmpty();
    }
}
