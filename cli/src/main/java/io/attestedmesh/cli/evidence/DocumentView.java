package io.attestedmesh.cli.evidence;

import io.attestedmesh.attest.evidence.AttestationDocument;
import io.attestedmesh.attest.evidence.Bytes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All fields of a document that nobody vouches for, as lines for people and as one JSON object. */
record DocumentView(AttestationDocument document) {
    private static final String NULL = "(null)";

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("NOT VERIFIED: this is what the document says, not what is proved");
        lines.add("module_id    " + document.moduleId());
        lines.add("timestamp    " + document.timestamp());
        lines.add("digest       " + document.digest());
        lines.add("debug        "
                + (document.pcrs().isDebug() ? "YES: PCR0 is zero, the operator reads its memory" : "no"));
        document.pcrs().values().forEach((index, value) -> lines.add(String.format("PCR%-9d %s", index, shown(value))));
        lines.add("public_key   " + field(document.publicKey()));
        lines.add("user_data    " + field(document.userData()));
        lines.add("nonce        " + field(document.nonce()));
        lines.add("signature    " + document.envelope().signature().hex());
        lines.add("payload      " + document.envelope().payload().size() + " bytes");
        int position = 0;
        for (Bytes der : chain()) {
            lines.addAll(CertificateView.of(der).lines(position++));
        }
        return lines;
    }

    Map<String, Object> json(String file) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("file", file);
        object.put("verified", false);
        object.put("moduleId", document.moduleId());
        object.put("timestamp", document.timestamp());
        object.put("digest", document.digest());
        object.put("debug", document.pcrs().isDebug());
        object.put("pcrs", Verdict.registers(document));
        object.put("publicKey", document.publicKey().map(Bytes::hex));
        object.put("userData", document.userData().map(Bytes::hex));
        object.put("nonce", document.nonce().map(Bytes::hex));
        object.put("protectedHeader", document.envelope().protectedHeader().hex());
        object.put("signature", document.envelope().signature().hex());
        object.put("payloadSize", document.envelope().payload().size());
        object.put(
                "chain",
                chain().stream().map(der -> CertificateView.of(der).json()).toList());
        return object;
    }

    /** Root first, leaf last. */
    private List<Bytes> chain() {
        List<Bytes> chain = new ArrayList<>(document.cabundle());
        chain.add(document.certificate());
        return chain;
    }

    private static String shown(Bytes register) {
        return register.isZero() ? "0 (" + register.size() + " zero bytes)" : register.hex();
    }

    private static String field(Optional<Bytes> value) {
        return value.map(bytes -> bytes.hex() + " (" + bytes.size() + " bytes)").orElse(NULL);
    }
}
