package io.attestedmesh.attest.evidence;

import static io.attestedmesh.attest.evidence.MalformedReason.*;

import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * A COSE_Sign1 as Nitro writes it (RFC 9052, section 4.2): protected header exactly {@code {1: -35}}, unprotected header
 * empty, payload attached, signature of 96 bytes r‖s. Nothing is verified yet.
 *
 * @param protectedHeader the serialised header map, 4 bytes
 * @param payload the serialised attestation document, 1 to 16384 bytes
 * @param signature r‖s, 96 bytes
 */
public record CoseSign1(Bytes protectedHeader, Bytes payload, Bytes signature) {
    public static final int MAX_PAYLOAD_SIZE = 16384;
    public static final int SIGNATURE_SIZE = 96;

    /** No encoding of a payload of the largest size is longer: framing takes at most 119 bytes. */
    public static final int MAX_ENCODED_SIZE = MAX_PAYLOAD_SIZE + 128;

    private static final int TAG = 18;
    private static final Bytes ES384_HEADER = Bytes.fromHex("a1013822");
    private static final Bytes CONTEXT = Bytes.of("Signature1".getBytes(StandardCharsets.US_ASCII));

    /** Reads one item, tag 18 optional, to the last byte. */
    public static CoseSign1 parse(Bytes encoded) throws MalformedEvidenceException {
        if (encoded.size() > MAX_ENCODED_SIZE) {
            throw new MalformedEvidenceException(
                    EVIDENCE_TOO_LARGE, "at most " + MAX_ENCODED_SIZE + " bytes", encoded.size() + " bytes");
        }
        byte[] in = encoded.shared();
        CborScanner.requireStrictInTag(in, TAG);
        try (CborInput input = new CborInput(in)) {
            return read(input);
        } catch (IOException e) {
            throw new MalformedEvidenceException(CBOR_READERS_DISAGREE, "a COSE_Sign1", "a parser error", e);
        }
    }

    private static CoseSign1 read(CborInput input) throws IOException, MalformedEvidenceException {
        require(input.next() == JsonToken.START_ARRAY, COSE_NOT_SIGN1, "an array", input.kind());
        require(input.next() != JsonToken.END_ARRAY, COSE_NOT_SIGN1, "four members", "none");
        require(input.isBytes(), COSE_PROTECTED_HEADER, "a byte string", input.kind());
        Bytes header = input.bytes();
        require(header.equals(ES384_HEADER), COSE_PROTECTED_HEADER, ES384_HEADER.hex(), header.toString());
        require(input.next() != JsonToken.END_ARRAY, COSE_NOT_SIGN1, "four members", "1");
        require(input.is(JsonToken.START_OBJECT), COSE_UNPROTECTED_HEADER, "an empty map", input.kind());
        require(input.next() == JsonToken.END_OBJECT, COSE_UNPROTECTED_HEADER, "an empty map", "an entry");
        require(input.next() != JsonToken.END_ARRAY, COSE_NOT_SIGN1, "four members", "2");
        require(input.isBytes(), COSE_PAYLOAD_TYPE, "a byte string", input.kind());
        Bytes payload = input.bytes();
        require(
                !payload.isEmpty() && payload.size() <= MAX_PAYLOAD_SIZE,
                COSE_PAYLOAD_SIZE,
                "1 to " + MAX_PAYLOAD_SIZE + " bytes",
                payload.size() + " bytes");
        require(input.next() != JsonToken.END_ARRAY, COSE_NOT_SIGN1, "four members", "3");
        require(input.isBytes(), COSE_SIGNATURE_SIZE, "a byte string of 96 bytes", input.kind());
        Bytes signature = input.bytes();
        require(
                signature.size() == SIGNATURE_SIZE,
                COSE_SIGNATURE_SIZE,
                SIGNATURE_SIZE + " bytes",
                signature.size() + " bytes");
        require(input.next() == JsonToken.END_ARRAY, COSE_NOT_SIGN1, "four members", "more");
        return new CoseSign1(header, payload, signature);
    }

    /** The Sig_structure {@code ["Signature1", protected, h'', payload]} that the signature covers (RFC 9052, 4.4). */
    public Bytes toBeSigned() {
        return Bytes.concat(
                Bytes.of((byte) 0x84),
                cborString(3, CONTEXT),
                cborString(2, protectedHeader),
                cborString(2, Bytes.EMPTY),
                cborString(2, payload));
    }

    private static Bytes cborString(int major, Bytes content) {
        return Bytes.concat(CborHead.of(major, content.size()), content);
    }

    private static void require(boolean held, MalformedReason reason, String expected, String actual)
            throws MalformedEvidenceException {
        if (!held) {
            throw new MalformedEvidenceException(reason, expected, actual);
        }
    }
}
