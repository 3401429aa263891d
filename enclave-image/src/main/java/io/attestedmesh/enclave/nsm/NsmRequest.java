package io.attestedmesh.enclave.nsm;

import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.dataformat.cbor.CBORGenerator;
import io.attestedmesh.attest.evidence.AttestationRequest;
import io.attestedmesh.attest.evidence.Bytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/**
 * Requests as the NSM's own library encodes them: a text where there are no arguments, else a map of one entry
 * (aws-nitro-enclaves-nsm-api, {@code Request}).
 *
 * @param name of the request, and of its answer
 */
record NsmRequest(String name, Bytes encoded) {
    private static final CBORFactory CBOR = new CBORFactory();

    static NsmRequest of(String name) {
        return new NsmRequest(name, encode(cbor -> cbor.writeString(name)));
    }

    static NsmRequest ofNumber(String name, String field, int value) {
        return with(name, 1, cbor -> cbor.writeNumberField(field, value));
    }

    static NsmRequest extendPcr(int index, Bytes data) {
        return with("ExtendPCR", 2, cbor -> {
            cbor.writeNumberField("index", index);
            cbor.writeBinaryField("data", data.toByteArray());
        });
    }

    static NsmRequest attestation(AttestationRequest request) {
        return with("Attestation", 3, cbor -> {
            optional(cbor, "user_data", request.userData());
            optional(cbor, "nonce", request.nonce());
            optional(cbor, "public_key", request.publicKey());
        });
    }

    private static void optional(CBORGenerator cbor, String field, Optional<Bytes> value) throws IOException {
        if (value.isPresent()) {
            cbor.writeBinaryField(field, value.get().toByteArray());
        } else {
            cbor.writeNullField(field);
        }
    }

    private static NsmRequest with(String name, int fields, Writing body) {
        return new NsmRequest(name, encode(cbor -> {
            cbor.writeStartObject(null, 1);
            cbor.writeFieldName(name);
            cbor.writeStartObject(null, fields);
            body.write(cbor);
            cbor.writeEndObject();
            cbor.writeEndObject();
        }));
    }

    private static Bytes encode(Writing writing) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (CBORGenerator cbor = CBOR.createGenerator(out)) {
            writing.write(cbor);
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail", e);
        }
        return Bytes.of(out.toByteArray());
    }

    private interface Writing {
        void write(CBORGenerator cbor) throws IOException;
    }
}
