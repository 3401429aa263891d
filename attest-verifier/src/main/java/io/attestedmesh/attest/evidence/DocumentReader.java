package io.attestedmesh.attest.evidence;

import static io.attestedmesh.attest.evidence.AttestationDocument.MAX_CABUNDLE_ENTRIES;
import static io.attestedmesh.attest.evidence.AttestationDocument.MAX_CERTIFICATE_SIZE;
import static io.attestedmesh.attest.evidence.AttestationDocument.MAX_REQUEST_FIELD_SIZE;
import static io.attestedmesh.attest.evidence.MalformedReason.*;

import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Reads the payload of one envelope field by field.
 *
 * <p>Fields and sizes: AWS Nitro Enclaves, "Verifying the root of trust", with what real documents do differently: absent
 * optionals are null, {@code user_data} and {@code nonce} have up to 1024 bytes.
 */
final class DocumentReader {
    private final CborInput input;

    private String moduleId;
    private String digest;
    private Instant timestamp;
    private PcrBank pcrs;
    private Bytes certificate;
    private List<Bytes> cabundle;
    private Optional<Bytes> publicKey = Optional.empty();
    private Optional<Bytes> userData = Optional.empty();
    private Optional<Bytes> nonce = Optional.empty();

    private DocumentReader(CborInput input) {
        this.input = input;
    }

    static AttestationDocument read(CoseSign1 envelope) throws MalformedEvidenceException {
        byte[] in = envelope.payload().shared();
        CborScanner.requireStrict(in);
        try (CborInput input = new CborInput(in)) {
            return new DocumentReader(input).document(envelope);
        } catch (IOException e) {
            throw new MalformedEvidenceException(CBOR_READERS_DISAGREE, "an attestation document", "a parser error", e);
        }
    }

    private AttestationDocument document(CoseSign1 envelope) throws IOException, MalformedEvidenceException {
        if (input.next() != JsonToken.START_OBJECT) {
            throw new MalformedEvidenceException(DOCUMENT_NOT_A_MAP, "a map", input.kind());
        }
        while (input.next() != JsonToken.END_OBJECT) {
            if (!input.isText()) {
                throw new MalformedEvidenceException(DOCUMENT_KEY_TYPE, "text strings as keys", "an integer");
            }
            String key = input.text();
            input.next();
            field(key);
        }
        return new AttestationDocument(
                envelope,
                present("module_id", moduleId),
                present("digest", digest),
                present("timestamp", timestamp),
                present("pcrs", pcrs),
                present("certificate", certificate),
                present("cabundle", cabundle),
                publicKey,
                userData,
                nonce);
    }

    private void field(String key) throws IOException, MalformedEvidenceException {
        switch (key) {
            case "module_id" -> moduleId = moduleId();
            case "digest" -> digest = digest();
            case "timestamp" -> timestamp = timestamp();
            case "pcrs" -> pcrs = pcrs();
            case "certificate" -> certificate = sized(key, 1, MAX_CERTIFICATE_SIZE, CERTIFICATE_SIZE);
            case "cabundle" -> cabundle = cabundle();
            case "public_key" -> publicKey = optional(key, 1, PUBLIC_KEY_SIZE);
            case "user_data" -> userData = optional(key, 0, USER_DATA_SIZE);
            case "nonce" -> nonce = optional(key, 0, NONCE_SIZE);
            case "nitrotpm_pcrs" ->
                throw new MalformedEvidenceException(NITROTPM_DOCUMENT, "an enclave's document", "nitrotpm_pcrs");
            // A field that AWS adds later is signed with the others and takes nothing away from their rules.
            default -> input.skipChildren();
        }
    }

    private String moduleId() throws IOException, MalformedEvidenceException {
        String text = text("module_id");
        if (text.isEmpty()) {
            throw new MalformedEvidenceException(MODULE_ID_EMPTY, "at least one character", "none");
        }
        return text;
    }

    private String digest() throws IOException, MalformedEvidenceException {
        String text = text("digest");
        if (!text.equals("SHA384")) {
            throw new MalformedEvidenceException(DIGEST_NOT_SHA384, "SHA384", Excerpt.of(text));
        }
        return text;
    }

    private Instant timestamp() throws IOException, MalformedEvidenceException {
        if (!input.is(JsonToken.VALUE_NUMBER_INT)) {
            throw wrongType("timestamp", "an integer");
        }
        long millis = input.isUnsigned() ? input.unsigned() : -1;
        if (millis <= 0) {
            throw new MalformedEvidenceException(
                    TIMESTAMP_NOT_POSITIVE, "milliseconds above 0", millis == 0 ? "0" : "a negative integer");
        }
        return Instant.ofEpochMilli(millis);
    }

    private PcrBank pcrs() throws IOException, MalformedEvidenceException {
        if (!input.is(JsonToken.START_OBJECT)) {
            throw wrongType("pcrs", "a map");
        }
        Map<Integer, Bytes> values = new TreeMap<>();
        while (input.next() != JsonToken.END_OBJECT) {
            int index = input.octet();
            if (index < 0 || index > Pcr.MAX_INDEX) {
                throw new MalformedEvidenceException(
                        PCR_INDEX, "an integer of 0 to " + Pcr.MAX_INDEX, Excerpt.of(input.text()));
            }
            input.next();
            values.put(index, pcr(index));
        }
        if (values.isEmpty()) {
            throw new MalformedEvidenceException(PCRS_EMPTY, "at least one register", "none");
        }
        return PcrBank.of(values);
    }

    private Bytes pcr(int index) throws IOException, MalformedEvidenceException {
        if (!input.isBytes()) {
            throw wrongType("pcrs[" + index + "]", "a byte string");
        }
        Bytes value = input.bytes();
        if (!Pcr.isSize(value.size())) {
            throw new MalformedEvidenceException(
                    PCR_SIZE, "32, 48 or 64 bytes in PCR" + index, value.size() + " bytes");
        }
        return value;
    }

    private List<Bytes> cabundle() throws IOException, MalformedEvidenceException {
        if (!input.is(JsonToken.START_ARRAY)) {
            throw wrongType("cabundle", "an array");
        }
        List<Bytes> entries = new ArrayList<>(MAX_CABUNDLE_ENTRIES);
        while (input.next() != JsonToken.END_ARRAY) {
            if (entries.size() == MAX_CABUNDLE_ENTRIES) {
                throw new MalformedEvidenceException(
                        CABUNDLE_TOO_LONG, "at most " + MAX_CABUNDLE_ENTRIES + " certificates", "more");
            }
            entries.add(sized("cabundle[" + entries.size() + "]", 1, MAX_CERTIFICATE_SIZE, CABUNDLE_ENTRY_SIZE));
        }
        if (entries.isEmpty()) {
            throw new MalformedEvidenceException(CABUNDLE_EMPTY, "at least the root", "none");
        }
        return entries;
    }

    private Optional<Bytes> optional(String field, int min, MalformedReason sizeReason)
            throws IOException, MalformedEvidenceException {
        return input.isNull() ? Optional.empty() : Optional.of(sized(field, min, MAX_REQUEST_FIELD_SIZE, sizeReason));
    }

    private Bytes sized(String field, int min, int max, MalformedReason sizeReason)
            throws IOException, MalformedEvidenceException {
        if (!input.isBytes()) {
            throw wrongType(field, "a byte string");
        }
        Bytes value = input.bytes();
        if (value.size() < min || value.size() > max) {
            throw new MalformedEvidenceException(
                    sizeReason, min + " to " + max + " bytes in " + field, value.size() + " bytes");
        }
        return value;
    }

    private String text(String field) throws IOException, MalformedEvidenceException {
        if (!input.is(JsonToken.VALUE_STRING)) {
            throw wrongType(field, "a text string");
        }
        return input.text();
    }

    private MalformedEvidenceException wrongType(String field, String expected) {
        return new MalformedEvidenceException(FIELD_TYPE, field + " as " + expected, input.kind());
    }

    private static <T> T present(String field, T value) throws MalformedEvidenceException {
        if (value == null) {
            throw new MalformedEvidenceException(FIELD_MISSING, field, "absent");
        }
        return value;
    }
}
