package io.attestedmesh.attest.simulator;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.Pcr;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;

/**
 * What the hypervisor measured of an image before it started the enclave.
 *
 * @param name shown to people; measured nowhere
 * @param pcr0 48 bytes, the whole image
 * @param pcr1 48 bytes, kernel and boot ramdisk
 * @param pcr2 48 bytes, the application
 * @param pcr8 48 bytes, the certificate that signed the image; zero if unsigned
 */
public record EnclaveImage(String name, Bytes pcr0, Bytes pcr1, Bytes pcr2, Bytes pcr8) {
    private static final Bytes UNSIGNED = Bytes.of(new byte[NsmRegisters.SIZE]);
    private static final Bytes KERNEL = text("simulated kernel");
    private static final Bytes COMMAND_LINE = text("simulated command line");
    private static final Bytes BOOT_RAMDISK = text("simulated boot ramdisk");

    public EnclaveImage {
        requireRegister("PCR0", pcr0);
        requireRegister("PCR1", pcr1);
        requireRegister("PCR2", pcr2);
        requireRegister("PCR8", pcr8);
    }

    /** An unsigned image whose application is {@code content}; all such images boot the same kernel, so share PCR1. */
    public static EnclaveImage of(String name, Bytes content) {
        return measured(name, KERNEL, COMMAND_LINE, BOOT_RAMDISK, content);
    }

    /** The registers that an enclave image file with these sections yields, unsigned. */
    public static EnclaveImage measured(
            String name, Bytes kernel, Bytes commandLine, Bytes bootRamdisk, Bytes applicationRamdisk) {
        return new EnclaveImage(
                name,
                extendOfDigest(kernel, commandLine, bootRamdisk, applicationRamdisk),
                extendOfDigest(kernel, commandLine, bootRamdisk),
                extendOfDigest(applicationRamdisk),
                UNSIGNED);
    }

    /** The same image, signed: PCR8 is the extend of the SHA-384 of the certificate's DER. */
    public EnclaveImage signedBy(X509Certificate signer) {
        try {
            return new EnclaveImage(name, pcr0, pcr1, pcr2, extendOfDigest(Bytes.of(signer.getEncoded())));
        } catch (CertificateEncodingException e) {
            throw new IllegalArgumentException("the signing certificate of image " + name + " has no encoding", e);
        }
    }

    private static Bytes extendOfDigest(Bytes... sections) {
        MessageDigest sha384 = sha384();
        for (Bytes section : sections) {
            section.update(sha384);
        }
        return Pcr.extendOfZero(Bytes.of(sha384.digest()));
    }

    private static void requireRegister(String register, Bytes value) {
        if (value.size() != NsmRegisters.SIZE) {
            throw new IllegalArgumentException(register + " has " + value.size() + " bytes, not " + NsmRegisters.SIZE);
        }
    }

    private static Bytes text(String value) {
        return Bytes.of(value.getBytes(StandardCharsets.UTF_8));
    }

    private static MessageDigest sha384() {
        try {
            return MessageDigest.getInstance("SHA-384");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform since 9 has SHA-384", e);
        }
    }
}
