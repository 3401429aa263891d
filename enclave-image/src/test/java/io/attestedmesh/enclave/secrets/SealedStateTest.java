package io.attestedmesh.enclave.secrets;

import static io.attestedmesh.enclave.secrets.SecretsReason.*;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.simulator.EnclaveImage;
import io.attestedmesh.attest.simulator.EnclaveSpec;
import io.attestedmesh.attest.simulator.SimulatedNitro;
import io.attestedmesh.attest.simulator.SimulatedNsm;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.S3Client;

/** Envelopes and state under data keys of KMS, in a bucket that its owner may change. */
class SealedStateTest {
    private static final String NAME = "ledger";
    private static final String PATH = "/acme/node-a/" + NAME;
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-20T10:00:00Z"), ZoneOffset.UTC);
    private static final SecureRandom RANDOM = new SecureRandom();

    private static KmsServer kmsServer;
    private static AttestedKms kms;
    private static S3Server bucket;
    private static S3Client client;

    private SealedState state;

    @BeforeAll
    static void start() {
        SimulatedNitro cloud = SimulatedNitro.inMemory(CLOCK, RANDOM);
        SimulatedNsm nsm = cloud.launch(EnclaveSpec.of(EnclaveImage.of("released", Bytes.EMPTY)));
        kmsServer = new KmsServer(cloud.trustedRoot(), CLOCK);
        kmsServer.policy(
                KeyPolicy.of(KmsServer.ENCLAVE_ROLE, List.of(PolicyRelease.of("released", nsm.pcrs(), Set.of(0))))
                        .withOperator(KmsServer.OPERATOR_ROLE));
        RecipientKey key = RecipientKey.generate(RANDOM);
        kms = new AttestedKms(kmsServer.client(KmsServer.ENCLAVE), nsm, () -> key);
        bucket = new S3Server();
        client = bucket.client();
    }

    @AfterAll
    static void stop() {
        kms.close();
        kmsServer.close();
        client.close();
        bucket.close();
    }

    @BeforeEach
    void open() {
        bucket.empties();
        state = started();
    }

    /** As after a restart: it remembers nothing. */
    private SealedState started() {
        return new SealedState(
                bucket.client(),
                "acme",
                "node-a/",
                new Sealer(kms, KmsServer.KEY, RANDOM),
                new Opener(kms, KmsServer.KEY));
    }

    private static SecretBytes text(String content) {
        return SecretBytes.of(content.getBytes(UTF_8));
    }

    private static String text(StoredState stored) {
        return new String(stored.content().toByteArray(), UTF_8);
    }

    private static SecretsException refused(SecretsReason reason, ThrowingCallable call) {
        SecretsException refusal = catchThrowableOfType(SecretsException.class, call);
        assertThat(refusal).isNotNull();
        assertThat(refusal.reason()).as(refusal.getMessage()).isEqualTo(reason);
        return refusal;
    }

    private static SealedEnvelope changed(SealedEnvelope envelope, NamedVersion of) {
        return new SealedEnvelope(of, envelope.key(), envelope.dataKey(), envelope.nonce(), envelope.ciphertext());
    }

    @Test
    void read_afterARestart_givesWhatWasWrittenLast() throws Exception {
        StoredState first = state.create(NAME, text("one"));
        state.replace(first, text("two"));

        StoredState read = started().read(NAME, 2).orElseThrow();

        assertThat(read.of()).isEqualTo(new NamedVersion(NAME, 2));
        assertThat(text(read)).isEqualTo("two");
        assertThat(bucket.objects()).containsOnlyKeys(PATH);
        assertThat(new String(bucket.objects().get(PATH).toByteArray(), UTF_8)).doesNotContain("two");
    }

    @Test
    void read_ofNothing_isEmpty() throws Exception {
        assertThat(state.read(NAME, 0)).isEmpty();
    }

    @Test
    void replace_afterReading_goesOn() throws Exception {
        state.create(NAME, text("one"));
        SealedState later = started();

        StoredState next = later.replace(later.read(NAME, 0).orElseThrow(), text("two"));

        assertThat(next.of().version()).isEqualTo(2);
        assertThat(text(state.read(NAME, 0).orElseThrow())).isEqualTo("two");
    }

    @Test
    void create_overAnother_isAConflict() throws Exception {
        state.create(NAME, text("one"));

        refused(STATE_CONFLICT, () -> started().create(NAME, text("other")));
        refused(STATE_CONFLICT, () -> state.create(NAME, text("other")));
        assertThat(text(started().read(NAME, 0).orElseThrow())).isEqualTo("one");
    }

    @Test
    void replace_byTwoWriters_losesNothing() throws Exception {
        StoredState first = state.create(NAME, text("one"));
        SealedState other = started();
        StoredState same = other.read(NAME, 0).orElseThrow();
        state.replace(first, text("mine"));

        refused(STATE_CONFLICT, () -> other.replace(same, text("theirs")));

        assertThat(text(other.read(NAME, 0).orElseThrow())).isEqualTo("mine");
    }

    @Test
    void replace_ofWhatWasReplacedHere_isAConflictBeforeItIsSent() throws Exception {
        StoredState first = state.create(NAME, text("one"));
        state.replace(first, text("two"));
        int before = bucket.calls();

        refused(STATE_CONFLICT, () -> state.replace(first, text("again")));

        assertThat(bucket.calls()).isEqualTo(before);
    }

    @Test
    void replace_ofADeletedObject_isAConflict() throws Exception {
        StoredState first = state.create(NAME, text("one"));
        bucket.objects().clear();

        refused(STATE_CONFLICT, () -> state.replace(first, text("two")));
    }

    @Test
    void create_whoseAnswerWasLost_isDoneByTheSecondAttempt() throws Exception {
        bucket.failsAfterWriting(1);

        assertThat(state.create(NAME, text("one")).of().version()).isEqualTo(1);

        assertThat(text(state.read(NAME, 1).orElseThrow())).isEqualTo("one");
    }

    @Test
    void read_ofAnOlderObjectThanSeen_isARollback() throws Exception {
        StoredState first = state.create(NAME, text("one"));
        Bytes old = bucket.objects().get(PATH);
        state.replace(first, text("two"));
        bucket.objects().put(PATH, old);

        SecretsException refusal = refused(STATE_ROLLED_BACK, () -> state.read(NAME, 0));

        assertThat(refusal.expected()).isEqualTo("version 2 or newer");
        assertThat(refusal.actual()).isEqualTo("version 1");
    }

    @Test
    void read_ofADeletedObject_isARollback() throws Exception {
        state.create(NAME, text("one"));
        bucket.objects().clear();

        refused(STATE_ROLLED_BACK, () -> state.read(NAME, 0));
        refused(STATE_ROLLED_BACK, () -> started().read(NAME, 1));
    }

    /** The limit that SealedState and docs/enclave.md state. */
    @Test
    void read_ofAnOlderObjectAfterARestart_isStoppedByTheMinimumVersionAlone() throws Exception {
        StoredState first = state.create(NAME, text("one"));
        Bytes old = bucket.objects().get(PATH);
        state.replace(first, text("two"));
        bucket.objects().put(PATH, old);

        refused(STATE_ROLLED_BACK, () -> started().read(NAME, 2));
        assertThat(text(started().read(NAME, 0).orElseThrow())).isEqualTo("one");
    }

    @Test
    void read_ofOtherContentOfTheSameVersion_isAFork() throws Exception {
        state.create(NAME, text("one"));
        bucket.objects().clear();
        started().create(NAME, text("another one"));

        refused(STATE_FORK, () -> state.read(NAME, 0));
    }

    @Test
    void read_ofTheStateOfAnotherName_isRefused() throws Exception {
        state.create("other", text("one"));
        bucket.objects().put(PATH, bucket.objects().get("/acme/node-a/other"));

        refused(WRONG_NAME, () -> state.read(NAME, 0));
    }

    @Test
    void read_withTheVersionChanged_isRefusedByKms() throws Exception {
        state.create(NAME, text("one"));
        SealedEnvelope sealed = SealedEnvelope.parse(bucket.objects().get(PATH));
        bucket.objects().put(PATH, changed(sealed, new NamedVersion(NAME, 9)).encode());

        assertThat(refused(REFUSED, () -> started().read(NAME, 9)).actual()).contains("InvalidCiphertextException");
    }

    @Test
    void read_ofSomethingElse_isMalformed() {
        bucket.objects().put(PATH, Bytes.of("hello".getBytes(UTF_8)));

        refused(MALFORMED_ENVELOPE, () -> state.read(NAME, 0));
    }

    @Test
    void read_withoutPermission_isDenied() {
        bucket.refuses("AccessDenied");

        refused(ACCESS_DENIED, () -> state.read(NAME, 0));
        refused(ACCESS_DENIED, () -> state.create(NAME, text("one")));
    }

    @Test
    void open_ofWhatAnOperatorSealed_givesItInTheEnclaveAlone() throws Exception {
        NamedVersion of = new NamedVersion("password", 3);
        SealedEnvelope sealed;
        try (OperatorKms outside = new OperatorKms(kmsServer.client(KmsServer.OPERATOR))) {
            sealed = new Sealer(outside, KmsServer.KEY, RANDOM).seal(of, text("secret"));
        }

        try (SecretBytes opened = new Opener(kms, KmsServer.KEY).open(SealedEnvelope.parse(sealed.encode()), of)) {
            assertThat(new String(opened.toByteArray(), UTF_8)).isEqualTo("secret");
        }
    }

    @Test
    void open_ofAnotherEnvelopeThanExpected_isRefusedBeforeKmsIsAsked() throws Exception {
        NamedVersion of = new NamedVersion("password", 3);
        SealedEnvelope sealed = new Sealer(kms, KmsServer.KEY, RANDOM).seal(of, text("secret"));
        Opener opener = new Opener(kms, KmsServer.KEY);
        Opener ofAnotherKey = new Opener(kms, new KeyArn(KmsServer.KEY.value().replace("ab", "cd")));
        int before = kmsServer.calls();

        refused(WRONG_NAME, () -> opener.open(sealed, new NamedVersion("other", 3)));
        refused(WRONG_VERSION, () -> opener.open(sealed, new NamedVersion("password", 4)));
        refused(WRONG_ENVELOPE_KEY, () -> ofAnotherKey.open(sealed, of));
        assertThat(kmsServer.calls()).isEqualTo(before);
    }

    @Test
    void open_ofAnEnvelopeWithOneBitChanged_isDamaged() throws Exception {
        NamedVersion of = new NamedVersion("password", 3);
        SealedEnvelope sealed = new Sealer(kms, KmsServer.KEY, RANDOM).seal(of, text("secret"));
        Opener opener = new Opener(kms, KmsServer.KEY);
        byte[] ciphertext = sealed.ciphertext().toByteArray();
        ciphertext[2] ^= 1;
        byte[] nonce = sealed.nonce().toByteArray();
        nonce[2] ^= 1;

        refused(
                DAMAGED_ENVELOPE,
                () -> opener.open(
                        new SealedEnvelope(of, sealed.key(), sealed.dataKey(), sealed.nonce(), Bytes.of(ciphertext)),
                        of));
        refused(
                DAMAGED_ENVELOPE,
                () -> opener.open(
                        new SealedEnvelope(of, sealed.key(), sealed.dataKey(), Bytes.of(nonce), sealed.ciphertext()),
                        of));
    }

    /** What CBC does not see, the AEAD does: a changed answer of KMS gives another key, which opens nothing. */
    @Test
    void open_withTheAnswerOfKmsChanged_isDamaged() throws Exception {
        NamedVersion of = new NamedVersion("password", 3);
        SealedEnvelope sealed = new Sealer(kms, KmsServer.KEY, RANDOM).seal(of, text("secret"));
        kmsServer.wraps((recipient, plaintext) -> {
            byte[] other = plaintext.clone();
            other[0] ^= 1;
            return Cms.enveloped(recipient, other);
        });
        try {
            refused(DAMAGED_ENVELOPE, () -> new Opener(kms, KmsServer.KEY).open(sealed, of));
        } finally {
            kmsServer.behaves();
        }
    }
}
