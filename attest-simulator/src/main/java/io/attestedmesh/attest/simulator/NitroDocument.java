package io.attestedmesh.attest.simulator;

import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.dataformat.cbor.CBORGenerator;
import io.attestedmesh.attest.evidence.AttestationRequest;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.PcrBank;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** Writes documents byte for byte as the NSM does since late 2025: the payload is a map of indefinite length. */
final class NitroDocument {
    private static final CBORFactory CBOR = new CBORFactory();
    private static final byte[] PROTECTED_ES384 = {(byte) 0xa1, 0x01, 0x38, 0x22};

    private NitroDocument() {}

    static byte[] payload(
            String moduleId, Instant timestamp, PcrBank pcrs, EnclaveChain chain, AttestationRequest request) {
        return write(cbor -> {
            cbor.writeStartObject();
            cbor.writeStringField("module_id", moduleId);
            cbor.writeStringField("digest", "SHA384");
            cbor.writeNumberField("timestamp", timestamp.toEpochMilli());
            writePcrs(cbor, pcrs);
            cbor.writeBinaryField("certificate", der(chain.leaf().certificate()));
            writeBundle(cbor, chain);
            writeOptional(cbor, "public_key", request.publicKey());
            writeOptional(cbor, "user_data", request.userData());
            writeOptional(cbor, "nonce", request.nonce());
            cbor.writeEndObject();
        });
    }

    /** The untagged COSE_Sign1 over {@code payload} (RFC 9052, section 4.2). */
    static Bytes sign(byte[] payload, PrivateKey key, Provider provider, SecureRandom random) {
        byte[] signature = ecdsa(toBeSigned(payload), key, provider, random);
        return Bytes.of(write(cbor -> {
            cbor.writeStartArray(null, 4);
            cbor.writeBinary(PROTECTED_ES384);
            cbor.writeStartObject(null, 0);
            cbor.writeEndObject();
            cbor.writeBinary(payload);
            cbor.writeBinary(signature);
            cbor.writeEndArray();
        }));
    }

    private static byte[] toBeSigned(byte[] payload) {
        return write(cbor -> {
            cbor.writeStartArray(null, 4);
            cbor.writeString("Signature1");
            cbor.writeBinary(PROTECTED_ES384);
            cbor.writeBinary(new byte[0]);
            cbor.writeBinary(payload);
            cbor.writeEndArray();
        });
    }

    private static byte[] ecdsa(byte[] message, PrivateKey key, Provider provider, SecureRandom random) {
        try {
            Signature signer = Signature.getInstance("SHA384withPLAIN-ECDSA", provider);
            signer.initSign(key, random);
            signer.update(message);
            return signer.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Bouncy Castle signs with ECDSA in the form r‖s", e);
        }
    }

    private static void writePcrs(CBORGenerator cbor, PcrBank pcrs) throws IOException {
        cbor.writeFieldName("pcrs");
        cbor.writeStartObject(null, pcrs.values().size());
        for (Map.Entry<Integer, Bytes> pcr : pcrs.values().entrySet()) {
            cbor.writeFieldId(pcr.getKey());
            cbor.writeBinary(pcr.getValue().toByteArray());
        }
        cbor.writeEndObject();
    }

    private static void writeBundle(CBORGenerator cbor, EnclaveChain chain) throws IOException {
        cbor.writeFieldName("cabundle");
        cbor.writeStartArray(null, chain.bundle().size());
        for (X509Certificate certificate : chain.bundle()) {
            cbor.writeBinary(der(certificate));
        }
        cbor.writeEndArray();
    }

    private static void writeOptional(CBORGenerator cbor, String name, Optional<Bytes> value) throws IOException {
        cbor.writeFieldName(name);
        if (value.isPresent()) {
            cbor.writeBinary(value.get().toByteArray());
        } else {
            cbor.writeNull();
        }
    }

    private static byte[] der(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate of the simulated cloud has an encoding", e);
        }
    }

    private static byte[] write(Content content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (CBORGenerator generator = CBOR.createGenerator(bytes)) {
            content.to(generator);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory does not fail", e);
        }
        return bytes.toByteArray();
    }

    private interface Content {
        void to(CBORGenerator cbor) throws IOException;
    }
}
