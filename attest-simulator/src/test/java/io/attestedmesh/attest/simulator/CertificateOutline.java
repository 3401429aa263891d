package io.attestedmesh.attest.simulator;

import io.attestedmesh.attest.evidence.Bytes;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Certificate;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Time;

/** What a certificate of the Nitro PKI looks like, names, numbers and keys apart. */
final class CertificateOutline {
    private static final List<ASN1ObjectIdentifier> COMPARED_BY_VALUE =
            List.of(Extension.basicConstraints, Extension.keyUsage);

    private CertificateOutline() {}

    static String of(Bytes der) {
        Certificate certificate = Certificate.getInstance(der.toByteArray());
        var extensions = certificate.getTBSCertificate().getExtensions();
        return "version " + certificate.getVersionNumber()
                + "\nserial longer than 13 bytes: "
                + (certificate.getSerialNumber().getValue().bitLength() > 104)
                + "\nalgorithm " + certificate.getSignatureAlgorithm().getAlgorithm()
                + "\nissuer " + name(certificate.getIssuer())
                + "\nsubject " + name(certificate.getSubject())
                + "\ntimes " + time(certificate.getStartDate()) + " " + time(certificate.getEndDate())
                + "\nkey "
                + certificate.getSubjectPublicKeyInfo().getAlgorithm().getParameters()
                + "\nextensions "
                + Arrays.stream(extensions.getExtensionOIDs())
                        .map(oid -> extension(extensions.getExtension(oid)))
                        .collect(Collectors.joining("\n  ", "\n  ", ""));
    }

    private static String name(X500Name name) {
        return Arrays.stream(name.getRDNs())
                .map(rdn -> rdn.getFirst().getType() + "="
                        + tag(rdn.getFirst().getValue().toASN1Primitive()))
                .collect(Collectors.joining(","));
    }

    private static String extension(Extension extension) {
        byte[] value = extension.getExtnValue().getOctets();
        String shown = COMPARED_BY_VALUE.contains(extension.getExtnId())
                ? HexFormat.of().formatHex(value)
                : tag(ASN1Primitive.class.cast(extension.getParsedValue().toASN1Primitive()));
        return extension.getExtnId() + (extension.isCritical() ? " critical " : " ") + shown;
    }

    private static String time(Time time) {
        return tag(time.toASN1Primitive());
    }

    private static String tag(ASN1Primitive value) {
        return value.getClass().getSimpleName().replaceFirst("^DL", "DER");
    }
}
