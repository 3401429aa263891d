package io.attestedmesh.attest.simulator.hostile;

import io.attestedmesh.attest.evidence.AttestationRequest;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.simulator.EnclaveImage;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * One document, right until a test changes something: fields by their name, registers by their index, and the bytes at
 * each stage of the way out (payload, signature, the four items of the envelope, the whole).
 */
public final class DocumentRecipe {
    public static final Bytes PROTECTED_ES384 = Cbor.octets(0xa1, 0x01, 0x38, 0x22);

    private static final int REGISTERS = 16;

    private final Map<String, Supplier<Bytes>> fields = new LinkedHashMap<>();
    private final SortedMap<Integer, Bytes> pcrs = new TreeMap<>();
    private final List<Bytes> moreEntries = new ArrayList<>();
    private PrivateKey key;
    private Bytes protectedHeader = PROTECTED_ES384;
    private Bytes unprotectedHeader = Cbor.map();
    private boolean definite;
    private UnaryOperator<Bytes> payload = UnaryOperator.identity();
    private UnaryOperator<Bytes> signature = UnaryOperator.identity();
    private UnaryOperator<List<Bytes>> items = UnaryOperator.identity();
    private UnaryOperator<Bytes> envelope = UnaryOperator.identity();

    DocumentRecipe(Instant now, ForgedChain chain) {
        EnclaveImage image = EnclaveImage.of("hostile", Bytes.of((byte) 'h'));
        for (int index = 0; index < REGISTERS; index++) {
            pcrs.put(index, Bytes.of(new byte[48]));
        }
        pcr(0, image.pcr0()).pcr(1, image.pcr1()).pcr(2, image.pcr2());
        key = chain.leafKey();
        set("module_id", Cbor.text("i-0123456789abcdef0-enc0123456789abcdef"));
        set("digest", Cbor.text("SHA384"));
        timestamp(now);
        fields.put("pcrs", this::encodedPcrs);
        set("certificate", Cbor.bytes(chain.leaf()));
        bundle(chain.bundle());
        request(new AttestationRequest(Optional.empty(), Optional.empty(), Optional.empty()));
    }

    /** Replaces a field, in place, or adds it at the end; {@code value} is encoded CBOR. */
    public DocumentRecipe set(String field, Bytes value) {
        fields.put(field, () -> value);
        return this;
    }

    public DocumentRecipe without(String field) {
        fields.remove(field);
        return this;
    }

    /** Appends a key and a value, both encoded, also if there is one like it already. */
    public DocumentRecipe entry(Bytes encodedKey, Bytes encodedValue) {
        moreEntries.add(encodedKey);
        moreEntries.add(encodedValue);
        return this;
    }

    public DocumentRecipe timestamp(Instant instant) {
        return set("timestamp", Cbor.unsigned(instant.toEpochMilli()));
    }

    public DocumentRecipe pcr(int index, Bytes value) {
        pcrs.put(index, value);
        return this;
    }

    public DocumentRecipe withoutPcr(int index) {
        pcrs.remove(index);
        return this;
    }

    public DocumentRecipe withoutPcrs() {
        pcrs.clear();
        return this;
    }

    public DocumentRecipe bundle(List<Bytes> certificates) {
        return set("cabundle", Cbor.array(certificates.stream().map(Cbor::bytes).toArray(Bytes[]::new)));
    }

    public DocumentRecipe request(AttestationRequest request) {
        set("public_key", request.publicKey().map(Cbor::bytes).orElse(Cbor.NULL));
        set("user_data", request.userData().map(Cbor::bytes).orElse(Cbor.NULL));
        return set("nonce", request.nonce().map(Cbor::bytes).orElse(Cbor.NULL));
    }

    /** Writes the payload map with its length in front, as documents before late 2025 have it. */
    public DocumentRecipe definite() {
        definite = true;
        return this;
    }

    /** The content of the protected header's byte string; what is signed includes it. */
    public DocumentRecipe protectedHeader(Bytes content) {
        protectedHeader = content;
        return this;
    }

    public DocumentRecipe unprotectedHeader(Bytes encoded) {
        unprotectedHeader = encoded;
        return this;
    }

    /** Signs with another key than the leaf's. */
    public DocumentRecipe signWith(PrivateKey other) {
        key = other;
        return this;
    }

    /** Changes the encoded payload before it is signed. */
    public DocumentRecipe payload(UnaryOperator<Bytes> change) {
        payload = change;
        return this;
    }

    /** Changes the 96 bytes of the signature. */
    public DocumentRecipe signature(UnaryOperator<Bytes> change) {
        signature = change;
        return this;
    }

    /** Changes the encoded items of the envelope: protected, unprotected, payload, signature. */
    public DocumentRecipe items(UnaryOperator<List<Bytes>> change) {
        items = change;
        return this;
    }

    /** Changes the finished document. */
    public DocumentRecipe envelope(UnaryOperator<Bytes> change) {
        envelope = change;
        return this;
    }

    public Bytes sign() {
        Bytes content = payload.apply(encodedPayload());
        Bytes toBeSigned = Cbor.array(
                Cbor.text("Signature1"), Cbor.bytes(protectedHeader), Cbor.bytes(Bytes.EMPTY), Cbor.bytes(content));
        List<Bytes> four = List.of(
                Cbor.bytes(protectedHeader),
                unprotectedHeader,
                Cbor.bytes(content),
                Cbor.bytes(signature.apply(ecdsa(toBeSigned))));
        return envelope.apply(Cbor.array(items.apply(four).toArray(new Bytes[0])));
    }

    private Bytes encodedPayload() {
        List<Bytes> entries = new ArrayList<>();
        fields.forEach((name, value) -> {
            entries.add(Cbor.text(name));
            entries.add(value.get());
        });
        entries.addAll(moreEntries);
        Bytes[] all = entries.toArray(new Bytes[0]);
        return definite ? Cbor.map(all) : Cbor.indefinite(Cbor.MAP, all);
    }

    private Bytes encodedPcrs() {
        List<Bytes> entries = new ArrayList<>();
        pcrs.forEach((index, value) -> {
            entries.add(Cbor.unsigned(index));
            entries.add(Cbor.bytes(value));
        });
        return Cbor.map(entries.toArray(new Bytes[0]));
    }

    private Bytes ecdsa(Bytes message) {
        try {
            Signature signer = Signature.getInstance("SHA384withPLAIN-ECDSA", HostileCloud.PROVIDER);
            signer.initSign(key);
            signer.update(message.toByteArray());
            return Bytes.of(signer.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Bouncy Castle signs with ECDSA in the form r‖s", e);
        }
    }
}
