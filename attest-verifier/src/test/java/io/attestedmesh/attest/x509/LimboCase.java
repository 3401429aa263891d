package io.attestedmesh.attest.x509;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CRLException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** One case of a C2SP/x509-limbo file; fields that are absent, null or unknown are no error. */
final class LimboCase {
    private final JsonNode json;

    LimboCase(JsonNode json) {
        this.json = json;
    }

    String id() {
        return json.path("id").asText();
    }

    boolean expectsSuccess() {
        return json.path("expected_result").asText().equals("SUCCESS");
    }

    /** What cannot be asked of a validator of TLS peers, if anything. */
    Optional<String> inapplicable() {
        String kind = json.path("validation_kind").asText();
        if (!kind.equals("SERVER") && !kind.equals("CLIENT")) {
            return Optional.of("validation kind " + kind);
        }
        for (String purpose : texts("extended_key_usage")) {
            if (!purpose.equals("serverAuth") && !purpose.equals("clientAuth")) {
                return Optional.of("asks for purpose " + purpose + ", not a TLS one");
            }
        }
        return Optional.empty();
    }

    /**
     * Validates the case as a verifier of TLS peers would.
     *
     * @throws CertificateException with the reason of the refusal in its message
     */
    void validate(Instant now) throws CertificateException, CRLException {
        List<X509Certificate> presented = new ArrayList<>();
        presented.add(
                CertificateStrictness.parse(der(json.path("peer_certificate").asText())));
        for (String pem : texts("untrusted_intermediates")) {
            asReceived(der(pem)).ifPresent(presented::add);
        }
        List<X509Certificate> anchors = new ArrayList<>();
        for (String pem : texts("trusted_certs")) {
            anchors.add(CertificateStrictness.parse(der(pem)));
        }
        PathValidator.Usage usage = json.path("validation_kind").asText().equals("CLIENT")
                ? PathValidator.Usage.CLIENT
                : PathValidator.Usage.SERVER;
        PathValidator validator =
                new PathValidator(TrustAnchors.of(anchors), revocation(), SignatureAlgorithms.STANDARD);
        JsonNode depth = json.path("max_chain_depth");
        if (depth.isInt()) {
            validator = validator.withLongest(Math.min(depth.asInt(), PathValidator.LONGEST));
        }
        validator.path(presented, usage, time(now));
        matchNames(presented.get(0));
    }

    /** As a TLS engine hands it on: parsed by the platform, strictness is the validator's; what it cannot read, left out. */
    private static Optional<X509Certificate> asReceived(byte[] der) {
        try {
            return Optional.of((X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der)));
        } catch (CertificateException unreadable) {
            return Optional.empty();
        }
    }

    private RevocationLists revocation() throws CertificateException, CRLException {
        List<X509CRL> lists = new ArrayList<>();
        for (String pem : texts("crls")) {
            lists.add(
                    (X509CRL) CertificateFactory.getInstance("X.509").generateCRL(new ByteArrayInputStream(der(pem))));
        }
        return lists.isEmpty() ? RevocationLists.NONE : RevocationLists.of(lists);
    }

    private Instant time(Instant now) {
        String text = json.path("validation_time").asText("");
        return text.isEmpty() || text.equals("null")
                ? now
                : text.matches(".*(Z|[+-][0-9:]+)$")
                        ? OffsetDateTime.parse(text).toInstant()
                        : LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
    }

    private void matchNames(X509Certificate leaf) throws RejectedCertificateException {
        List<JsonNode> names = new ArrayList<>();
        json.path("expected_peer_names").forEach(names::add);
        JsonNode single = json.path("expected_peer_name");
        if (single.isObject()) {
            names.add(single);
        }
        for (JsonNode name : names) {
            String value = name.path("value").asText();
            if (name.path("kind").asText().equals("RFC822")) {
                boolean found = CertificateFields.of(leaf).names().all().contains(GeneralName.email(value));
                if (!found) {
                    throw new RejectedCertificateException(CertificateReason.NAME_MISMATCH, value, "no such mailbox");
                }
            } else {
                ServerNames.match(leaf, value);
            }
        }
    }

    private List<String> texts(String field) {
        List<String> texts = new ArrayList<>();
        json.path(field).forEach(item -> texts.add(item.asText()));
        return texts;
    }

    private static byte[] der(String pem) throws RejectedCertificateException {
        String base64 = pem.replaceAll("-----[A-Z0-9 ]+-----", "").replaceAll("\\s", "");
        try {
            return Base64.getDecoder().decode(base64.getBytes(StandardCharsets.US_ASCII));
        } catch (IllegalArgumentException notBase64) {
            throw new RejectedCertificateException(
                    CertificateReason.MALFORMED_CERTIFICATE, "PEM", "something else", notBase64);
        }
    }
}
