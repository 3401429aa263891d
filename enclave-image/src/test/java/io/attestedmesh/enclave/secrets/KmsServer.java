package io.attestedmesh.enclave.secrets;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import io.attestedmesh.attest.evidence.AttestationDocument;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.MalformedEvidenceException;
import io.attestedmesh.attest.verify.CryptoProvider;
import io.attestedmesh.attest.verify.NitroVerifier;
import io.attestedmesh.attest.verify.RejectedEvidenceException;
import io.attestedmesh.attest.verify.TrustedRoot;
import java.io.IOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.X509EncodedKeySpec;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import software.amazon.awssdk.services.kms.KmsClient;

/**
 * As much of AWS KMS as Decrypt, GenerateDataKey and Sign of one key take: AWS JSON 1.1, the key policy with its conditions on
 * the attestation document, encryption contexts, errors, and CMS for the recipient. What is wrong is switched on by tests.
 */
public final class KmsServer implements AutoCloseable {
    public static final KeyArn KEY =
            new KeyArn("arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab");

    /** Principals by the access key that signs their calls. */
    public static final String ENCLAVE = "AKIDOFTHEENCLAVE";

    public static final String OPERATOR = "AKIDOFTHEOPERATOR";
    public static final IamArn ENCLAVE_ROLE = new IamArn("arn:aws:iam::111122223333:role/enclave");
    public static final IamArn OPERATOR_ROLE = new IamArn("arn:aws:iam::111122223333:role/operator");

    private static final Map<String, IamArn> PRINCIPALS = Map.of(ENCLAVE, ENCLAVE_ROLE, OPERATOR, OPERATOR_ROLE);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int NONCE = 12;

    /** A refusal in AWS's own words. */
    private static final class Refusal extends Exception {
        private static final long serialVersionUID = 1L;

        private final String code;

        Refusal(String code) {
            super(code);
            this.code = code;
        }
    }

    private final SecureRandom random = new SecureRandom();
    private final byte[] masterKey = random(32);
    private final NitroVerifier verifier;
    private final Clock clock;
    private final LoopbackHttps https;
    private final List<Bytes> answers = new CopyOnWriteArrayList<>();

    private volatile Optional<PrivateKey> signing = Optional.empty();
    private volatile String policy = "{\"Statement\":[]}";
    private volatile BiFunction<PublicKey, byte[], byte[]> wrapping = Cms::enveloped;
    private volatile UnaryOperator<ObjectNode> change = UnaryOperator.identity();
    private volatile Optional<String> failure = Optional.empty();
    private volatile int failureStatus;

    /** @param root whose documents it believes */
    public KmsServer(TrustedRoot root, Clock clock) {
        this(root, clock, "127.0.0.1");
    }

    KmsServer(TrustedRoot root, Clock clock, String certificateName) {
        this.verifier = new NitroVerifier(List.of(root), CryptoProvider.fastest(), NitroVerifier.DEFAULT_CLOCK_SKEW);
        this.clock = clock;
        this.https = LoopbackHttps.start(certificateName, this::handle);
    }

    public URI endpoint() {
        return https.endpoint();
    }

    public X509Certificate certificate() {
        return https.certificate();
    }

    /** Puts the key policy; without one, nobody may do anything. */
    public void policy(String json) {
        policy = json;
    }

    /** From here on its key signs, with {@code key}. */
    public void signsWith(PrivateKey key) {
        signing = Optional.of(key);
    }

    void policy(KeyPolicy text) {
        policy(text.json());
    }

    KmsClient client(String accessKey) {
        return AwsClients.kms(settings(accessKey), LoopbackHttps.atOnce());
    }

    AwsSettings settings(String accessKey) {
        return https.settings(accessKey);
    }

    int calls() {
        return https.calls();
    }

    /** What was sent as CiphertextForRecipient so far. */
    List<Bytes> answers() {
        return List.copyOf(answers);
    }

    /** How the plaintext is wrapped for the recipient from here on. */
    void wraps(BiFunction<PublicKey, byte[], byte[]> how) {
        wrapping = how;
    }

    /** What is done to whole answers from here on. */
    void changes(UnaryOperator<ObjectNode> how) {
        change = how;
    }

    /** From here on, every call fails so. */
    void fails(int status, String code) {
        failureStatus = status;
        failure = Optional.of(code);
    }

    /** Again as KMS does it. */
    void behaves() {
        wrapping = Cms::enveloped;
        change = UnaryOperator.identity();
        failure = Optional.empty();
    }

    /** CiphertextBlob of a plaintext. */
    public Bytes encrypt(byte[] plaintext, Map<String, String> context) {
        try {
            byte[] nonce = random(NONCE);
            return Bytes.concat(
                    Bytes.of(nonce),
                    Bytes.of(gcm(Cipher.ENCRYPT_MODE, nonce, context).doFinal(plaintext)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has AES-GCM", e);
        }
    }

    /** The plaintext of a CiphertextBlob. */
    public byte[] decrypt(Bytes blob, Map<String, String> context) throws GeneralSecurityException {
        byte[] nonce = blob.slice(0, NONCE).toByteArray();
        return gcm(Cipher.DECRYPT_MODE, nonce, context)
                .doFinal(blob.slice(NONCE, blob.size()).toByteArray());
    }

    private Cipher gcm(int mode, byte[] nonce, Map<String, String> context) throws GeneralSecurityException {
        Cipher gcm = Cipher.getInstance("AES/GCM/NoPadding");
        gcm.init(mode, new SecretKeySpec(masterKey, "AES"), new GCMParameterSpec(128, nonce));
        gcm.updateAAD(new TreeMap<>(context).toString().getBytes(UTF_8));
        return gcm;
    }

    private void handle(HttpExchange exchange) throws IOException {
        if (failure.isPresent()) {
            send(exchange, failureStatus, JSON.createObjectNode().put("__type", failure.get()));
            return;
        }
        try {
            send(exchange, 200, change.apply(answer(exchange)));
        } catch (Refusal e) {
            send(exchange, 400, JSON.createObjectNode().put("__type", e.code).put("message", "as documented"));
        } catch (GeneralSecurityException e) {
            send(exchange, 500, JSON.createObjectNode().put("__type", "KMSInternalException"));
        }
    }

    private ObjectNode answer(HttpExchange exchange) throws IOException, Refusal, GeneralSecurityException {
        String type = exchange.getRequestHeaders().getFirst("Content-Type");
        if (!"POST".equals(exchange.getRequestMethod()) || !"application/x-amz-json-1.1".equals(type)) {
            throw new Refusal("SerializationException");
        }
        JsonNode asked = JSON.readTree(exchange.getRequestBody());
        if (!asked.path("KeyId").asText().equals(KEY.value())) {
            throw new Refusal("NotFoundException");
        }
        String target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
        Optional<AttestationDocument> document = document(asked.path("Recipient"));
        String action = target.replaceFirst("TrentService\\.", "kms:");
        if (!allows(principal(exchange), action, document)) {
            throw new Refusal("AccessDeniedException");
        }
        Map<String, String> context = new TreeMap<>();
        asked.path("EncryptionContext")
                .properties()
                .forEach(e -> context.put(e.getKey(), e.getValue().asText()));
        return switch (action) {
            case "kms:GenerateDataKey" -> generateDataKey(asked, context, document);
            case "kms:Decrypt" -> decrypt(asked, context, document);
            case "kms:Sign" -> sign(asked);
            default -> throw new Refusal("UnknownOperationException");
        };
    }

    private ObjectNode generateDataKey(
            JsonNode asked, Map<String, String> context, Optional<AttestationDocument> document)
            throws Refusal, GeneralSecurityException {
        if (!asked.path("KeySpec").asText().equals("AES_256")) {
            throw new Refusal("ValidationException");
        }
        byte[] key = random(32);
        return answer(document, key).put("CiphertextBlob", encrypt(key, context).toByteArray());
    }

    private ObjectNode decrypt(JsonNode asked, Map<String, String> context, Optional<AttestationDocument> document)
            throws Refusal, GeneralSecurityException, IOException {
        byte[] plaintext;
        try {
            plaintext = decrypt(Bytes.of(asked.path("CiphertextBlob").binaryValue()), context);
        } catch (GeneralSecurityException | IndexOutOfBoundsException e) {
            throw new Refusal("InvalidCiphertextException");
        }
        return answer(document, plaintext).put("EncryptionAlgorithm", "SYMMETRIC_DEFAULT");
    }

    private ObjectNode sign(JsonNode asked) throws Refusal, GeneralSecurityException, IOException {
        String algorithm = asked.path("SigningAlgorithm").asText();
        if (signing.isEmpty()
                || !algorithm.matches("ECDSA_SHA_(256|384|512)")
                || !asked.path("MessageType").asText().equals("RAW")) {
            throw new Refusal("ValidationException");
        }
        Signature signature = Signature.getInstance(algorithm.replace("ECDSA_SHA_", "SHA") + "withECDSA");
        signature.initSign(signing.get());
        signature.update(asked.path("Message").binaryValue());
        return JSON.createObjectNode()
                .put("KeyId", KEY.value())
                .put("Signature", signature.sign())
                .put("SigningAlgorithm", algorithm);
    }

    private ObjectNode answer(Optional<AttestationDocument> document, byte[] plaintext)
            throws GeneralSecurityException {
        ObjectNode answer = JSON.createObjectNode().put("KeyId", KEY.value());
        if (document.isEmpty()) {
            return answer.put("Plaintext", plaintext);
        }
        PublicKey recipient = KeyFactory.getInstance("RSA")
                .generatePublic(new X509EncodedKeySpec(
                        document.get().publicKey().orElseThrow().toByteArray()));
        byte[] wrapped = wrapping.apply(recipient, plaintext);
        answers.add(Bytes.of(wrapped));
        return answer.put("CiphertextForRecipient", wrapped);
    }

    private Optional<AttestationDocument> document(JsonNode recipient) throws IOException, Refusal {
        if (recipient.isMissingNode()) {
            return Optional.empty();
        }
        if (!recipient.path("KeyEncryptionAlgorithm").asText().equals("RSAES_OAEP_SHA_256")) {
            throw new Refusal("ValidationException");
        }
        try {
            return Optional.of(verifier.verify(
                            Bytes.of(recipient.path("AttestationDocument").binaryValue()), clock.instant())
                    .document());
        } catch (MalformedEvidenceException | RejectedEvidenceException e) {
            throw new Refusal("ValidationException");
        }
    }

    private static Optional<IamArn> principal(HttpExchange exchange) {
        String authorization = exchange.getRequestHeaders().getFirst("Authorization");
        return PRINCIPALS.entrySet().stream()
                .filter(each -> authorization != null
                        && authorization.startsWith("AWS4-HMAC-SHA256 Credential=" + each.getKey() + "/"))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    private boolean allows(Optional<IamArn> principal, String action, Optional<AttestationDocument> document)
            throws IOException {
        for (JsonNode statement : JSON.readTree(policy).path("Statement")) {
            boolean concerned = principal.isPresent()
                    && statement
                            .path("Principal")
                            .path("AWS")
                            .asText()
                            .equals(principal.get().value())
                    && contains(statement.path("Action"), action);
            if (concerned && meets(statement.path("Condition"), document)) {
                return true;
            }
        }
        return false;
    }

    private static boolean contains(JsonNode actions, String action) {
        for (JsonNode each : actions) {
            if (each.asText().equals(action)) {
                return true;
            }
        }
        return false;
    }

    private static boolean meets(JsonNode condition, Optional<AttestationDocument> document) {
        return condition.path("StringEqualsIgnoreCase").properties().stream().allMatch(wanted -> {
            String name = wanted.getKey().replaceFirst("kms:RecipientAttestation:", "");
            int index = name.equals("ImageSha384") ? 0 : Integer.parseInt(name.replaceFirst("PCR", ""));
            return document.flatMap(each -> each.pcrs().get(index))
                    .map(value -> value.hex().equalsIgnoreCase(wanted.getValue().asText()))
                    .orElse(false);
        });
    }

    private static void send(HttpExchange exchange, int status, ObjectNode answer) throws IOException {
        byte[] body = JSON.writeValueAsBytes(answer);
        exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.1");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    private byte[] random(int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return bytes;
    }

    @Override
    public void close() {
        https.close();
    }
}
