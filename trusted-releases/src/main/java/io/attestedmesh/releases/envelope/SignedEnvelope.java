package io.attestedmesh.releases.envelope;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.Excerpt;
import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.RejectedReleasesException;
import io.attestedmesh.releases.ReleasesReason;
import io.attestedmesh.releases.json.JsonReader;
import io.attestedmesh.releases.json.JsonWriter;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A payload and signatures of it: a JWS in the general JSON serialisation (RFC 7515, section 7.2.1). Parsing verifies
 * nothing; {@link #requireThreshold} does.
 *
 * @param payload the bytes that are signed, at most 18 MiB
 * @param signatures at most 64, in the order of the document
 */
public record SignedEnvelope(Bytes payload, List<EnvelopeSignature> signatures) {
    /** Of an encoded envelope, and of a bundle around it. */
    public static final int MAX_BYTES = 24 << 20;

    /** What of an envelope of that size is payload. */
    public static final int MAX_PAYLOAD_BYTES = MAX_BYTES / 4 * 3;

    public static final int MAX_SIGNATURES = 64;

    public SignedEnvelope {
        signatures = List.copyOf(signatures);
        if (payload.size() > MAX_PAYLOAD_BYTES || signatures.size() > MAX_SIGNATURES) {
            throw new IllegalArgumentException(
                    "more than " + MAX_PAYLOAD_BYTES + " bytes of payload or " + MAX_SIGNATURES + " signatures");
        }
    }

    public static SignedEnvelope unsigned(Bytes payload) {
        return new SignedEnvelope(payload, List.of());
    }

    public static SignedEnvelope parse(Bytes document) throws MalformedReleasesException {
        return JsonReader.read("envelope", document, MAX_BYTES, SignedEnvelope::read);
    }

    /** Reads an envelope that stands inside another document. */
    public static SignedEnvelope read(JsonReader in) throws MalformedReleasesException {
        Bytes payload = null;
        List<EnvelopeSignature> signatures = null;
        in.beginObject();
        while (in.nextMember()) {
            switch (in.member()) {
                case "payload" -> payload = in.base64url(MAX_PAYLOAD_BYTES);
                case "signatures" -> signatures = readSignatures(in);
                default -> throw in.unknownMember();
            }
        }
        return new SignedEnvelope(in.required("payload", payload), in.required("signatures", signatures));
    }

    private static List<EnvelopeSignature> readSignatures(JsonReader in) throws MalformedReleasesException {
        List<EnvelopeSignature> signatures = new ArrayList<>();
        in.beginArray();
        while (in.nextElement(MAX_SIGNATURES)) {
            signatures.add(EnvelopeSignature.read(in));
        }
        return signatures;
    }

    public Bytes encode() {
        return JsonWriter.document(this::write);
    }

    /** Writes the envelope as a value inside another document. */
    public void write(JsonWriter out) {
        out.beginObject().name("payload").base64url(payload).name("signatures").beginArray();
        signatures.forEach(signature -> signature.write(out));
        out.endArray().endObject();
    }

    /** SHA-384, 48 bytes. */
    public Bytes payloadDigest() {
        return payload.sha384();
    }

    /**
     * This envelope with a signature by {@code key} in place of those that name it.
     *
     * @throws InvalidKeyException if {@code privateKey} is not the private half of {@code key}
     */
    public SignedEnvelope signedBy(DocumentType type, NamedKey key, PrivateKey privateKey)
            throws GeneralSecurityException {
        EnvelopeSignature signature = EnvelopeSigner.sign(payload, type, key, privateKey);
        if (!verifies(signature, key, SigningInput.of(payload))) {
            throw new InvalidKeyException("the private key is not the one of " + key.name());
        }
        List<EnvelopeSignature> all = new ArrayList<>(signatures);
        all.removeIf(each -> each.keyId().equals(signature.keyId()));
        all.add(signature);
        return new SignedEnvelope(payload, all);
    }

    /** The signatures of both, each once; the payloads must be the same bytes. */
    public SignedEnvelope merge(SignedEnvelope other) throws MalformedReleasesException {
        if (!payload.equals(other.payload)) {
            throw new MalformedReleasesException(
                    "envelope", "its payload differs from that of the one it is merged with");
        }
        Set<EnvelopeSignature> all = new LinkedHashSet<>(signatures);
        all.addAll(other.signatures);
        if (all.size() > MAX_SIGNATURES) {
            throw new MalformedReleasesException("envelope", "more than " + MAX_SIGNATURES + " signatures together");
        }
        return new SignedEnvelope(payload, List.copyOf(all));
    }

    /**
     * Who of {@code keys} signed, each once, in the order of the signatures; at least the threshold. Signatures by other
     * keys are passed over: they are how signatures of old and new keys travel together. A signature that names one of
     * {@code keys} and is not right refuses the whole document.
     */
    public List<NamedKey> requireThreshold(DocumentType type, KeySet keys) throws RejectedReleasesException {
        List<NamedKey> signers = signers(type, keys);
        if (signers.size() < keys.threshold()) {
            throw new RejectedReleasesException(
                    ReleasesReason.THRESHOLD_NOT_MET,
                    "signatures by " + keys,
                    signers.size() + " " + signers.stream().map(NamedKey::name).toList() + " of " + signatures.size()
                            + " signatures");
        }
        return signers;
    }

    /** The same where they need not be enough yet: an envelope on its way from one signer to the next. */
    public List<NamedKey> signers(DocumentType type, KeySet keys) throws RejectedReleasesException {
        Map<String, NamedKey> signers = new LinkedHashMap<>();
        SigningInput input = SigningInput.of(payload);
        // Copies of a signature need no second check, or one good one could be made to cost 64.
        for (EnvelopeSignature signature : new LinkedHashSet<>(signatures)) {
            NamedKey key = keys.byId(signature.keyId()).orElse(null);
            if (key != null) {
                requireValid(signature, type, key, input);
                signers.put(key.keyId(), key);
            }
        }
        return List.copyOf(signers.values());
    }

    private static void requireValid(EnvelopeSignature signature, DocumentType type, NamedKey key, SigningInput input)
            throws RejectedReleasesException {
        if (!signature.algorithm().equals(key.algorithm().joseName())) {
            throw new RejectedReleasesException(
                    ReleasesReason.ALGORITHM_MISMATCH,
                    key.algorithm().joseName() + " for the key of " + key.name(),
                    Excerpt.of(signature.algorithm()));
        }
        if (!signature.type().equals(type.typ())) {
            throw new RejectedReleasesException(
                    ReleasesReason.WRONG_TYPE, type.typ() + " from " + key.name(), Excerpt.of(signature.type()));
        }
        String expected = "a signature of the payload by " + key.name();
        try {
            if (!verifies(signature, key, input)) {
                throw new RejectedReleasesException(ReleasesReason.SIGNATURE_INVALID, expected, "one that is not");
            }
        } catch (GeneralSecurityException e) {
            throw new RejectedReleasesException(
                    ReleasesReason.SIGNATURE_INVALID, expected, "one that could not be checked", e);
        }
    }

    /** The algorithm is the key's own, never the header's choice. */
    private static boolean verifies(EnvelopeSignature signature, NamedKey key, SigningInput input)
            throws GeneralSecurityException {
        return key.algorithm().verifies(key.key(), input.under(signature.headerJson()), signature.value());
    }
}
