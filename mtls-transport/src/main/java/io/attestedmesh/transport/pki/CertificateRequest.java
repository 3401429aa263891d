package io.attestedmesh.transport.pki;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.x509.PathValidator.Usage;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCS10CertificationRequestBuilder;

/**
 * A certification request (PKCS #10, RFC 2986): a public key, and names that its holder would like. Nothing in it is
 * trusted; the CA's operator decides what is taken over.
 */
public final class CertificateRequest {
    private static final Map<ASN1ObjectIdentifier, String> ALGORITHMS = Map.of(
            X9ObjectIdentifiers.ecdsa_with_SHA256, "SHA256withECDSA",
            X9ObjectIdentifiers.ecdsa_with_SHA384, "SHA384withECDSA",
            X9ObjectIdentifiers.ecdsa_with_SHA512, "SHA512withECDSA",
            KeyKind.ID_ED25519, "Ed25519",
            PKCSObjectIdentifiers.sha256WithRSAEncryption, "SHA256withRSA",
            PKCSObjectIdentifiers.sha384WithRSAEncryption, "SHA384withRSA",
            PKCSObjectIdentifiers.sha512WithRSAEncryption, "SHA512withRSA");

    private final String source;
    private final PKCS10CertificationRequest request;
    private final PublicKey publicKey;

    private CertificateRequest(String source, PKCS10CertificationRequest request, PublicKey publicKey) {
        this.source = source;
        this.request = request;
        this.publicKey = publicKey;
    }

    /** Signs a request with the key that it is for. */
    public static CertificateRequest create(KeyPair keys, String commonName, AlternativeNames names, Set<Usage> usages)
            throws PkiException {
        KeyKind kind = KeyKind.of(keys.getPublic());
        try {
            ExtensionsGenerator extensions = new ExtensionsGenerator();
            extensions.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            extensions.addExtension(Extension.extendedKeyUsage, false, CertificateExtensions.purposes(usages));
            extensions.addExtension(Extension.subjectAlternativeName, false, names.general());
            PKCS10CertificationRequest request = new PKCS10CertificationRequestBuilder(
                            X500Name.getInstance(
                                    CertificateProfile.commonName(commonName).getEncoded()),
                            SubjectPublicKeyInfo.getInstance(keys.getPublic().getEncoded()))
                    .addAttribute(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, extensions.generate())
                    .build(new JcaContentSignerBuilder(kind.signatureAlgorithm()).build(keys.getPrivate()));
            return new CertificateRequest("request", request, keys.getPublic());
        } catch (IOException | OperatorCreationException e) {
            throw new PkiException("the request cannot be signed with this key", null, e);
        }
    }

    /** Reads the one request in the text; its signature is checked by {@link #checkPossession} only. */
    public static CertificateRequest parse(String source, byte[] text) throws PemException {
        List<PemBlock> blocks = Pem.blocks(source, text);
        if (blocks.size() > 1) {
            throw new PemException(source, "more than one block, where one request was expected");
        }
        return parse(source, blocks.get(0));
    }

    /** The request in a block. */
    public static CertificateRequest parse(String source, PemBlock block) throws PemException {
        boolean isRequest = block.label().equals(Pem.REQUEST) || block.label().equals(Pem.NEW_REQUEST);
        Pem.expect(source, isRequest, Pem.REQUEST, block);
        return decode(source, block.content().toByteArray());
    }

    /** {@link #parse(String, byte[])} of a file. */
    public static CertificateRequest parse(Path file) throws IOException, PemException {
        return parse(file.toString(), Pem.read(file));
    }

    private static CertificateRequest decode(String source, byte[] der) throws PemException {
        return Asn1.read(source, "not a certification request", () -> {
            PKCS10CertificationRequest request = new PKCS10CertificationRequest(der);
            // The signature is checked over what was understood, so that must be all there is.
            if (!Arrays.equals(der, request.toASN1Structure().getEncoded(ASN1Encoding.DER))) {
                throw new PemException(source, "the request is not DER");
            }
            if (request.toASN1Structure().getSignature().getPadBits() != 0) {
                throw new PemException(source, "the request's signature is not a whole number of bytes");
            }
            KeyKind kind = KeyKind.of(request.getSubjectPublicKeyInfo().getAlgorithm());
            PublicKey key = KeyFactory.getInstance(kind.family())
                    .generatePublic(new X509EncodedKeySpec(
                            request.getSubjectPublicKeyInfo().getEncoded(ASN1Encoding.DER)));
            KeyKind.of(key);
            return new CertificateRequest(source, request, key);
        });
    }

    /** Proof of possession: the request must be signed by the key that it is for, with SHA-256 or better. */
    public void checkPossession() throws PemException {
        String algorithm = ALGORITHMS.get(request.getSignatureAlgorithm().getAlgorithm());
        if (algorithm == null) {
            throw new PemException(
                    source,
                    "the request is signed with "
                            + request.getSignatureAlgorithm().getAlgorithm() + ", which is not accepted",
                    "make it again: amesh pki csr NODE");
        }
        boolean proved;
        try {
            Signature verifier = Signature.getInstance(algorithm);
            verifier.initVerify(publicKey);
            verifier.update(
                    request.toASN1Structure().getCertificationRequestInfo().getEncoded(ASN1Encoding.DER));
            proved = verifier.verify(request.getSignature());
        } catch (GeneralSecurityException | IOException malformed) {
            proved = false;
        }
        if (!proved) {
            throw new PemException(
                    source, "the request is not signed by the key that it is for", "make it again: amesh pki csr NODE");
        }
    }

    public PublicKey publicKey() {
        return publicKey;
    }

    /** The distinguished name asked for. */
    public X500Principal subject() throws PemException {
        return Asn1.read(
                source,
                "the request's subject is malformed",
                () -> new X500Principal(request.getSubject().getEncoded()));
    }

    /** The names asked for; empty if the request has none, refused if one is neither DNS nor IP. */
    public Optional<AlternativeNames> names() throws PemException {
        return Asn1.read(source, "the request's names are malformed", () -> {
            Optional<Extension> extension = extension(Extension.subjectAlternativeName);
            return extension.isEmpty()
                    ? Optional.empty()
                    : Optional.of(AlternativeNames.of(
                            GeneralNames.getInstance(extension.get().getParsedValue())));
        });
    }

    /** The usages asked for; empty if the request has none. */
    public Set<Usage> usages() throws PemException {
        return Asn1.read(source, "the request's usages are malformed", () -> {
            Set<Usage> usages = EnumSet.noneOf(Usage.class);
            Optional<Extension> extension = extension(Extension.extendedKeyUsage);
            if (extension.isPresent()) {
                ExtendedKeyUsage purposes =
                        ExtendedKeyUsage.getInstance(extension.get().getParsedValue());
                if (purposes.hasKeyPurposeId(KeyPurposeId.id_kp_serverAuth)) {
                    usages.add(Usage.SERVER);
                }
                if (purposes.hasKeyPurposeId(KeyPurposeId.id_kp_clientAuth)) {
                    usages.add(Usage.CLIENT);
                }
            }
            return usages;
        });
    }

    private Optional<Extension> extension(ASN1ObjectIdentifier oid) {
        Extensions extensions = request.getRequestedExtensions();
        return Optional.ofNullable(extensions == null ? null : extensions.getExtension(oid));
    }

    /** The DER of the whole request. */
    public Bytes encoded() {
        try {
            return Bytes.of(request.getEncoded());
        } catch (IOException e) {
            throw new IllegalStateException("a request that was parsed does not encode", e);
        }
    }
}
