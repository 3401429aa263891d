package io.attestedmesh.cli.pki;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.transport.pki.AlternativeNames;
import io.attestedmesh.transport.pki.CertificateRequest;
import io.attestedmesh.transport.pki.KeyKind;
import io.attestedmesh.transport.pki.Pem;
import io.attestedmesh.transport.pki.PemBlock;
import io.attestedmesh.transport.pki.PemException;
import io.attestedmesh.transport.pki.PkiException;
import io.attestedmesh.transport.pki.PrivateKeys;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509CRL;
import java.security.cert.X509CRLEntry;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAKey;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What stands in a PEM block, as named values in the order in which people want them. Never key material. */
final class PemView {
    private static final List<String> KEY_USAGES = List.of(
            "digitalSignature",
            "contentCommitment",
            "keyEncipherment",
            "dataEncipherment",
            "keyAgreement",
            "keyCertSign",
            "cRLSign",
            "encipherOnly",
            "decipherOnly");
    private static final Map<String, String> PURPOSES = Map.of(
            "1.3.6.1.5.5.7.3.1", "serverAuth",
            "1.3.6.1.5.5.7.3.2", "clientAuth",
            "1.3.6.1.5.5.7.3.3", "codeSigning",
            "2.5.29.37.0", "any");

    private PemView() {}

    static Map<String, Object> of(String source, PemBlock block) throws PkiException {
        return switch (block.label()) {
            case "CERTIFICATE" -> certificate(Pem.certificate(source, block));
            case "X509 CRL" -> revocationList(Pem.revocationList(source, block));
            case "CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST" -> request(CertificateRequest.parse(source, block));
            default -> block.label().endsWith("PRIVATE KEY") ? privateKey(source, block) : other(block);
        };
    }

    private static Map<String, Object> certificate(X509Certificate certificate) throws PkiException {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("type", "certificate");
        view.put("subject", certificate.getSubjectX500Principal().getName());
        view.put("issuer", certificate.getIssuerX500Principal().getName());
        view.put("serial", certificate.getSerialNumber().toString(16));
        view.put("notBefore", certificate.getNotBefore().toInstant());
        view.put("notAfter", certificate.getNotAfter().toInstant());
        AlternativeNames names = AlternativeNames.of(certificate);
        view.put("dnsNames", names.dnsNames());
        view.put("addresses", names.addresses());
        int pathLength = certificate.getBasicConstraints();
        view.put("ca", pathLength >= 0);
        view.put("pathLength", pathLength < 0 || pathLength == Integer.MAX_VALUE ? null : pathLength);
        view.put("keyUsage", keyUsage(certificate.getKeyUsage()));
        view.put("extendedKeyUsage", purposes(certificate));
        view.put("key", kind(certificate.getPublicKey()));
        view.put("signature", certificate.getSigAlgName());
        view.put("criticalExtensions", sorted(certificate.getCriticalExtensionOIDs()));
        view.put("extensions", sorted(certificate.getNonCriticalExtensionOIDs()));
        try {
            byte[] der = certificate.getEncoded();
            view.put(
                    "sha256",
                    Bytes.of(MessageDigest.getInstance("SHA-256").digest(der)).hex());
            view.put("size", der.length);
        } catch (CertificateEncodingException | NoSuchAlgorithmException e) {
            throw new IllegalStateException("a certificate that was parsed has an encoding, and Java has SHA-256", e);
        }
        return view;
    }

    private static List<String> sorted(Set<String> oids) {
        return oids == null ? List.of() : oids.stream().sorted().toList();
    }

    private static List<String> keyUsage(boolean[] bits) {
        List<String> usages = new ArrayList<>();
        for (int i = 0; bits != null && i < bits.length && i < KEY_USAGES.size(); i++) {
            if (bits[i]) {
                usages.add(KEY_USAGES.get(i));
            }
        }
        return usages;
    }

    private static List<String> purposes(X509Certificate certificate) throws PkiException {
        try {
            List<String> oids = certificate.getExtendedKeyUsage();
            return oids == null
                    ? List.of()
                    : oids.stream().map(oid -> PURPOSES.getOrDefault(oid, oid)).toList();
        } catch (CertificateParsingException e) {
            throw new PkiException("the certificate's extended key usage is malformed", null, e);
        }
    }

    private static String kind(PublicKey key) {
        try {
            KeyKind kind = KeyKind.of(key);
            return kind == KeyKind.RSA ? "RSA " + ((RSAKey) key).getModulus().bitLength() : kind.title();
        } catch (PkiException refused) {
            return key.getAlgorithm() + ", not accepted: " + refused.getMessage();
        }
    }

    private static Map<String, Object> revocationList(X509CRL list) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("type", "revocation list");
        view.put("issuer", list.getIssuerX500Principal().getName());
        view.put("number", number(list).map(BigInteger::toString));
        view.put("thisUpdate", list.getThisUpdate().toInstant());
        view.put("nextUpdate", Optional.ofNullable(list.getNextUpdate()).map(Date::toInstant));
        view.put("signature", list.getSigAlgName());
        List<Map<String, Object>> revoked = new ArrayList<>();
        Set<? extends X509CRLEntry> entries = list.getRevokedCertificates();
        for (X509CRLEntry entry : entries == null ? Set.<X509CRLEntry>of() : entries) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("serial", entry.getSerialNumber().toString(16));
            one.put("at", entry.getRevocationDate().toInstant());
            one.put(
                    "reason",
                    Optional.ofNullable(entry.getRevocationReason())
                            .map(reason ->
                                    reason.name().toLowerCase(Locale.ROOT).replace('_', '-')));
            revoked.add(one);
        }
        view.put("revoked", revoked);
        return view;
    }

    /** The CRL number extension: an octet string around an INTEGER with a short length. */
    private static Optional<BigInteger> number(X509CRL list) {
        byte[] extension = list.getExtensionValue("2.5.29.20");
        boolean wellFormed = extension != null
                && extension.length > 4
                && extension.length < 128
                && extension[2] == 2
                && extension[3] == extension.length - 4;
        return wellFormed ? Optional.of(new BigInteger(extension, 4, extension.length - 4)) : Optional.empty();
    }

    private static Map<String, Object> request(CertificateRequest request) throws PemException {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("type", "certification request");
        view.put("subject", request.subject().getName());
        Optional<AlternativeNames> names = request.names();
        view.put("dnsNames", names.map(AlternativeNames::dnsNames).orElse(List.of()));
        view.put("addresses", names.map(AlternativeNames::addresses).orElse(List.of()));
        view.put("use", request.usages().stream().sorted().map(NodeFiles::title).toList());
        view.put("key", kind(request.publicKey()));
        request.checkPossession();
        view.put("signature", "valid");
        return view;
    }

    private static Map<String, Object> privateKey(String source, PemBlock block) throws PkiException {
        boolean encrypted = block.label().startsWith("ENCRYPTED");
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("type", "private key");
        view.put("encoding", block.label());
        view.put("encrypted", encrypted);
        if (!encrypted) {
            PublicKey key = PrivateKeys.publicKey(Pem.privateKey(source, block, null));
            view.put("key", kind(key));
        }
        return view;
    }

    private static Map<String, Object> other(PemBlock block) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("type", "other");
        view.put("label", block.label());
        view.put("size", block.content().size());
        return view;
    }
}
