package io.attestedmesh.enclave.secrets;

import static io.attestedmesh.enclave.secrets.SecretsReason.*;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.attestedmesh.attest.evidence.Attester;
import io.attestedmesh.attest.evidence.AttesterException;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.simulator.EnclaveImage;
import io.attestedmesh.attest.simulator.EnclaveSpec;
import io.attestedmesh.attest.simulator.SimulatedNitro;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.MGF1ParameterSpec;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import javax.crypto.spec.PSource;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;

/** The clients against a server that does what KMS documents, and what it never would. */
class AttestedKmsTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-20T10:00:00Z"), ZoneOffset.UTC);
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final SimulatedNitro CLOUD = SimulatedNitro.inMemory(CLOCK, RANDOM);
    private static final EnclaveImage IMAGE = EnclaveImage.of("released", Bytes.of(new byte[] {1}));
    private static final EnclaveImage OTHER = EnclaveImage.of("another", Bytes.of(new byte[] {2}));
    private static final byte[] SECRET = "correct horse battery staple".getBytes(UTF_8);
    private static final Map<String, String> CONTEXT = Map.of("purpose", "test");

    private static KmsServer server;
    private static Attester nsm;
    private static AttestedKms kms;

    /** The same for calls that are about something else than the key: a new one takes its time. */
    private static AttestedKms kmsWithOneKey;

    @BeforeAll
    static void start() {
        server = new KmsServer(CLOUD.trustedRoot(), CLOCK);
        nsm = CLOUD.launch(EnclaveSpec.of(IMAGE));
        kms = new AttestedKms(server.client(KmsServer.ENCLAVE), nsm, RANDOM);
        RecipientKey key = RecipientKey.generate(RANDOM);
        kmsWithOneKey = new AttestedKms(server.client(KmsServer.ENCLAVE), nsm, () -> key);
    }

    @AfterAll
    static void stop() {
        kms.close();
        kmsWithOneKey.close();
        server.close();
    }

    @BeforeEach
    void behave() {
        server.behaves();
        server.policy(policyFor(IMAGE));
    }

    private static KeyPolicy policyFor(EnclaveImage image) {
        return KeyPolicy.of(
                        KmsServer.ENCLAVE_ROLE,
                        List.of(PolicyRelease.of(
                                image.name(),
                                CLOUD.launch(EnclaveSpec.of(image)).pcrs(),
                                Set.of(0, 1))))
                .withOperator(KmsServer.OPERATOR_ROLE);
    }

    private static AttestedKms kmsOf(EnclaveSpec enclave) {
        return new AttestedKms(server.client(KmsServer.ENCLAVE), CLOUD.launch(enclave), RANDOM);
    }

    private static SecretsException refused(SecretsReason reason, ThrowingCallable call) {
        SecretsException refusal = catchThrowableOfType(SecretsException.class, call);
        assertThat(refusal).isNotNull();
        assertThat(refusal.reason()).as(refusal.getMessage()).isEqualTo(reason);
        assertThat(refusal.getMessage()).hasSizeLessThan(600).doesNotContain("\n", "correct horse");
        return refusal;
    }

    private static ThrowingCallable decrypting() {
        Bytes blob = server.encrypt(SECRET, CONTEXT);
        return () -> kmsWithOneKey.decrypt(KmsServer.KEY, blob, CONTEXT);
    }

    @Test
    void decrypt_inTheReleasedEnclave_givesTheSecret() throws Exception {
        try (SecretBytes secret = kms.decrypt(KmsServer.KEY, server.encrypt(SECRET, CONTEXT), CONTEXT)) {
            assertThat(secret.toByteArray()).isEqualTo(SECRET);
            assertThat(secret).hasToString("SecretBytes[28 bytes]");
        }
    }

    @Test
    void decrypt_ofTheLargestPlaintext_givesAllOfIt() throws Exception {
        byte[] large = new byte[4096];
        RANDOM.nextBytes(large);

        assertThat(kms.decrypt(KmsServer.KEY, server.encrypt(large, Map.of()), Map.of())
                        .toByteArray())
                .isEqualTo(large);
    }

    @Test
    void decrypt_ofAnAnswerInDer_isReadToo() throws Exception {
        server.wraps((key, plaintext) -> Cms.der(Cms.enveloped(key, plaintext)));

        assertThat(kms.decrypt(KmsServer.KEY, server.encrypt(SECRET, CONTEXT), CONTEXT)
                        .toByteArray())
                .isEqualTo(SECRET);
    }

    @Test
    void generate_inTheReleasedEnclave_givesAKeyBothWays() throws Exception {
        DataKey key = kms.generate(KmsServer.KEY, CONTEXT);

        assertThat(key.plaintext().toByteArray()).hasSize(32).isEqualTo(server.decrypt(key.encrypted(), CONTEXT));
        assertThat(kms.decrypt(KmsServer.KEY, key.encrypted(), CONTEXT).toByteArray())
                .isEqualTo(key.plaintext().toByteArray());
    }

    @Test
    void generate_byAnOperator_givesAKeyThatHeCannotDecrypt() throws Exception {
        try (OperatorKms outside = new OperatorKms(server.client(KmsServer.OPERATOR));
                AttestedKms pretending = new AttestedKms(
                        server.client(KmsServer.OPERATOR), CLOUD.launch(EnclaveSpec.of(OTHER)), RANDOM)) {
            DataKey key = outside.generate(KmsServer.KEY, CONTEXT);

            assertThat(key.plaintext().toByteArray()).isEqualTo(server.decrypt(key.encrypted(), CONTEXT));
            refused(ACCESS_DENIED, () -> pretending.decrypt(KmsServer.KEY, key.encrypted(), CONTEXT));
        }
    }

    @Test
    void generate_byAnOperatorWithTheEnclavesCredentials_isDenied() {
        try (OperatorKms parent = new OperatorKms(server.client(KmsServer.ENCLAVE))) {
            refused(ACCESS_DENIED, () -> parent.generate(KmsServer.KEY, CONTEXT));
        }
    }

    @Test
    void decrypt_inAnotherImage_isDenied() {
        AttestedKms other = kmsOf(EnclaveSpec.of(OTHER));
        Bytes blob = server.encrypt(SECRET, CONTEXT);

        SecretsException refusal = refused(ACCESS_DENIED, () -> other.decrypt(KmsServer.KEY, blob, CONTEXT));

        assertThat(refusal.actual()).isEqualTo("HTTP status 400, AccessDeniedException");
    }

    @Test
    void decrypt_inDebugMode_isDenied() {
        AttestedKms debugged = kmsOf(EnclaveSpec.of(IMAGE).inDebugMode());
        Bytes blob = server.encrypt(SECRET, CONTEXT);

        refused(ACCESS_DENIED, () -> debugged.decrypt(KmsServer.KEY, blob, CONTEXT));
    }

    @Test
    void decrypt_afterTheReleaseLeftThePolicy_isDenied() {
        ThrowingCallable decrypting = decrypting();
        server.policy(policyFor(OTHER));

        refused(ACCESS_DENIED, decrypting);
    }

    @Test
    void decrypt_withADocumentOfAnotherCloud_isRefused() {
        AttestedKms elsewhere = new AttestedKms(
                server.client(KmsServer.ENCLAVE),
                SimulatedNitro.inMemory(CLOCK, RANDOM).launch(EnclaveSpec.of(IMAGE)),
                RANDOM);
        Bytes blob = server.encrypt(SECRET, CONTEXT);

        assertThat(refused(REFUSED, () -> elsewhere.decrypt(KmsServer.KEY, blob, CONTEXT))
                        .actual())
                .contains("ValidationException");
    }

    @Test
    void decrypt_inAnotherContext_isRefused() {
        Bytes blob = server.encrypt(SECRET, CONTEXT);

        assertThat(refused(REFUSED, () -> kms.decrypt(KmsServer.KEY, blob, Map.of("purpose", "another")))
                        .actual())
                .contains("InvalidCiphertextException");
    }

    @Test
    void decrypt_withoutAnAttester_fails() {
        AttestedKms none = new AttestedKms(
                server.client(KmsServer.ENCLAVE),
                request -> {
                    throw new AttesterException("the device is\naway", null);
                },
                RANDOM);
        Bytes blob = server.encrypt(SECRET, CONTEXT);

        assertThat(refused(ATTESTER_FAILED, () -> none.decrypt(KmsServer.KEY, blob, CONTEXT))
                        .actual())
                .isEqualTo("the device is\\u000aaway");
    }

    @Test
    void decrypt_ofNothingOrTooMuch_isNotAsked() {
        int before = server.calls();

        assertThatThrownBy(() -> kms.decrypt(KmsServer.KEY, Bytes.EMPTY, CONTEXT))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> kms.decrypt(KmsServer.KEY, Bytes.of(new byte[6145]), CONTEXT))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(server.calls()).isEqualTo(before);
    }

    @Test
    void decrypt_ofAnAnswerForAnotherKey_endsInWrongKey() {
        PublicKey other = Cms.rsa().getPublic();
        server.wraps((key, plaintext) -> Cms.enveloped(other, plaintext));

        refused(WRONG_KEY, decrypting());
    }

    @Test
    void decrypt_ofAReplayedAnswer_endsInWrongKey() throws Exception {
        kms.decrypt(KmsServer.KEY, server.encrypt(SECRET, CONTEXT), CONTEXT);
        byte[] earlier = server.answers().get(server.answers().size() - 1).toByteArray();
        server.wraps((key, plaintext) -> earlier);
        Bytes blob = server.encrypt(SECRET, CONTEXT);

        refused(WRONG_KEY, () -> kms.decrypt(KmsServer.KEY, blob, CONTEXT));
    }

    @Test
    void generate_ofAReplayedAnswer_endsInWrongKey() throws Exception {
        kms.generate(KmsServer.KEY, CONTEXT);
        byte[] earlier = server.answers().get(server.answers().size() - 1).toByteArray();
        server.wraps((key, plaintext) -> earlier);

        refused(WRONG_KEY, () -> kms.generate(KmsServer.KEY, CONTEXT));
    }

    private static Arguments wrapped(SecretsReason reason, String how, BiFunction<PublicKey, byte[], byte[]> wrapping) {
        return Arguments.of(reason, how, wrapping);
    }

    static Stream<Arguments> strangeWrappings() {
        return Stream.of(
                wrapped(MALFORMED_CMS, "cut", (key, secret) -> {
                    byte[] whole = Cms.enveloped(key, secret);
                    return Arrays.copyOf(whole, whole.length - 1);
                }),
                wrapped(MALFORMED_CMS, "with a byte more", (key, secret) -> {
                    byte[] whole = Cms.enveloped(key, secret);
                    return Arrays.copyOf(whole, whole.length + 1);
                }),
                wrapped(MALFORMED_CMS, "no CMS", (key, secret) -> secret),
                wrapped(MALFORMED_CMS, "too large", (key, secret) -> Cms.enveloped(key, new byte[6000])),
                wrapped(
                        RECIPIENTS,
                        "two recipients",
                        (key, secret) -> Cms.enveloped(
                                List.of(key, key), Cms.OAEP_SHA256, NISTObjectIdentifiers.id_aes256_CBC, secret)),
                wrapped(
                        KEY_ENCRYPTION_ALGORITHM,
                        "PKCS #1 v1.5",
                        (key, secret) ->
                                Cms.enveloped(List.of(key), Cms.PKCS1, NISTObjectIdentifiers.id_aes256_CBC, secret)),
                wrapped(
                        KEY_ENCRYPTION_ALGORITHM,
                        "OAEP with SHA-1",
                        (key, secret) -> Cms.enveloped(
                                List.of(key),
                                Cms.oaep("SHA-1", MGF1ParameterSpec.SHA1, PSource.PSpecified.DEFAULT),
                                NISTObjectIdentifiers.id_aes256_CBC,
                                secret)),
                wrapped(
                        KEY_ENCRYPTION_ALGORITHM,
                        "OAEP with MGF1 of SHA-1",
                        (key, secret) -> Cms.enveloped(
                                List.of(key),
                                Cms.oaep("SHA-256", MGF1ParameterSpec.SHA1, PSource.PSpecified.DEFAULT),
                                NISTObjectIdentifiers.id_aes256_CBC,
                                secret)),
                wrapped(
                        KEY_ENCRYPTION_ALGORITHM,
                        "OAEP with a label",
                        (key, secret) -> Cms.enveloped(
                                List.of(key),
                                Cms.oaep("SHA-256", MGF1ParameterSpec.SHA256, new PSource.PSpecified(new byte[] {1})),
                                NISTObjectIdentifiers.id_aes256_CBC,
                                secret)),
                wrapped(
                        CONTENT_ALGORITHM,
                        "AES-128-CBC",
                        (key, secret) -> Cms.enveloped(
                                List.of(key), Cms.OAEP_SHA256, NISTObjectIdentifiers.id_aes128_CBC, secret)));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("strangeWrappings")
    void decrypt_ofAnAnswerThatKmsNeverSends_isRefused(
            SecretsReason reason, String how, BiFunction<PublicKey, byte[], byte[]> wrapping) {
        server.wraps(wrapping);

        refused(reason, decrypting());
    }

    private static Arguments changed(SecretsReason reason, String how, UnaryOperator<ObjectNode> change) {
        return Arguments.of(reason, how, change);
    }

    static Stream<Arguments> strangeAnswers() {
        return Stream.of(
                changed(PLAINTEXT_RETURNED, "plaintext too", answer -> answer.put("Plaintext", SECRET)),
                changed(PLAINTEXT_RETURNED, "plaintext only", answer -> {
                    answer.remove("CiphertextForRecipient");
                    return answer.put("Plaintext", SECRET);
                }),
                changed(NO_RECIPIENT_ANSWER, "nothing for the recipient", answer -> {
                    answer.remove("CiphertextForRecipient");
                    return answer;
                }),
                changed(
                        NO_RECIPIENT_ANSWER,
                        "an empty one for the recipient",
                        answer -> answer.put("CiphertextForRecipient", new byte[0])),
                changed(
                        WRONG_KMS_KEY,
                        "another KMS key",
                        answer -> answer.put("KeyId", KmsServer.KEY.value().replace("ab", "cd"))),
                changed(WRONG_KMS_KEY, "no KMS key", answer -> {
                    answer.remove("KeyId");
                    return answer;
                }),
                changed(UNAVAILABLE, "endless JSON", answer -> answer.put("more", "x".repeat(1 << 20))));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("strangeAnswers")
    void decrypt_ofAnAnswerWithoutWhatWasAskedFor_isRefused(
            SecretsReason reason, String how, UnaryOperator<ObjectNode> change) {
        server.changes(change);

        refused(reason, decrypting());
    }

    @ParameterizedTest
    @CsvSource({"16", "31", "33"})
    void generate_ofAKeyOfAnotherSize_isRefused(int size) {
        server.wraps((key, plaintext) -> Cms.enveloped(key, new byte[size]));

        refused(KEY_SIZE, () -> kmsWithOneKey.generate(KmsServer.KEY, CONTEXT));
    }

    @Test
    void generate_withoutTheEncryptedKey_isRefused() {
        server.changes(answer -> {
            answer.remove("CiphertextBlob");
            return answer;
        });

        refused(KEY_SIZE, () -> kmsWithOneKey.generate(KmsServer.KEY, CONTEXT));
    }

    @ParameterizedTest
    @CsvSource({"400,ThrottlingException", "500,KMSInternalException", "503,ServiceUnavailable"})
    void decrypt_ofAServerInTrouble_isTriedThreeTimes(int status, String code) {
        ThrowingCallable decrypting = decrypting();
        server.fails(status, code);
        int before = server.calls();

        SecretsException refusal = refused(UNAVAILABLE, decrypting);

        assertThat(refusal.actual()).contains(Integer.toString(status), code);
        assertThat(server.calls() - before).isEqualTo(AwsClients.ATTEMPTS);
    }

    @Test
    void decrypt_withAnErrorCodeThatAStrangerChose_showsItEscaped() {
        ThrowingCallable decrypting = decrypting();
        server.fails(400, "a\nb");

        assertThat(refused(REFUSED, decrypting).actual()).doesNotContain("\n");
    }

    @Test
    void decrypt_ofAServerThatIsAway_isUnavailable() {
        KmsServer gone = new KmsServer(CLOUD.trustedRoot(), CLOCK);
        AttestedKms client = new AttestedKms(gone.client(KmsServer.ENCLAVE), nsm, RANDOM);
        gone.close();

        refused(UNAVAILABLE, () -> client.decrypt(KmsServer.KEY, Bytes.of(SECRET), CONTEXT));
    }

    @Test
    void decrypt_ofAServerThatNobodyVouchesFor_sendsNothing() {
        AwsSettings trustingAnother = server.settings(KmsServer.ENCLAVE)
                .withAuthorities(List.of(ServerCertificate.of("127.0.0.1").certificate()));
        AttestedKms client = new AttestedKms(AwsClients.kms(trustingAnother, LoopbackHttps.atOnce()), nsm, RANDOM);
        int before = server.calls();

        refused(UNTRUSTED_SERVER, () -> client.decrypt(KmsServer.KEY, Bytes.of(SECRET), CONTEXT));

        assertThat(server.calls()).isEqualTo(before);
    }

    @Test
    void decrypt_ofAServerWithTheCertificateOfAnother_sendsNothing() {
        try (KmsServer misnamed = new KmsServer(CLOUD.trustedRoot(), CLOCK, "127.0.0.2")) {
            AttestedKms client = new AttestedKms(misnamed.client(KmsServer.ENCLAVE), nsm, RANDOM);

            refused(UNTRUSTED_SERVER, () -> client.decrypt(KmsServer.KEY, Bytes.of(SECRET), CONTEXT));

            assertThat(misnamed.calls()).isZero();
        }
    }

    /** The SDK takes an endpoint from its environment too, whatever {@link AwsSettings} says. */
    @Test
    void call_toAnEndpointOfTheEnvironmentThatIsNotHttps_isRefusedUnsent() throws Exception {
        try (ServerSocket plain = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            System.setProperty("aws.endpointUrlKms", "http://127.0.0.1:" + plain.getLocalPort());
            AwsSettings settings =
                    AwsSettings.DEFAULTS.withRegion("eu-west-1").withCredentials(AnonymousCredentialsProvider.create());
            try (OperatorKms kms = OperatorKms.open(settings)) {
                assertThatThrownBy(() -> kms.generate(KmsServer.KEY, Map.of()))
                        .isInstanceOf(SecretsException.class)
                        .hasMessageContaining("not https");
            }
            plain.setSoTimeout(1);
            assertThatThrownBy(plain::accept).isInstanceOf(SocketTimeoutException.class);
        } finally {
            System.clearProperty("aws.endpointUrlKms");
        }
    }
}
