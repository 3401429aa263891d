package io.attestedmesh.enclave.image;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.PcrBank;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * An image file that keeps every rule of the format, and what it measures.
 *
 * @param architecture of its kernel, as the header says
 * @param defaultMemory bytes of memory that the enclave gets where nobody says otherwise, unsigned
 * @param defaultCpus number of CPUs, likewise
 * @param sections in the order of the file
 * @param commandLine of the kernel
 * @param metadata what the file says about itself; trust none of it
 * @param registers PCR0, PCR1, PCR2 and PCR8 (48 bytes each), computed from the bytes; PCR8 is zero where unsigned
 * @param signature not verified yet: see {@link #requireSigned}
 * @param crc as the header has it, which is right
 */
public record EnclaveImage(
        Architecture architecture,
        long defaultMemory,
        long defaultCpus,
        List<Section> sections,
        String commandLine,
        Optional<ImageMetadata> metadata,
        PcrBank registers,
        Optional<ImageSignature> signature,
        int crc) {
    /** Version of the file format. */
    public static final int VERSION = ImageHeader.VERSION;

    /** The register that its signing certificate is measured into. */
    public static final int SIGNER_REGISTER = 8;

    public EnclaveImage {
        sections = List.copyOf(sections);
    }

    /** PCR{@code index} of those it has. */
    public Bytes register(int index) {
        return registers.get(index).orElseThrow();
    }

    /**
     * That it is signed, and by the key of its certificate, which is valid at {@code time}.
     *
     * @return who signed it
     */
    public ImageSignature requireSigned(Instant time) throws RejectedSignatureException {
        if (signature.isEmpty()) {
            throw new RejectedSignatureException(SignatureReason.NOT_SIGNED, "a signature", "none");
        }
        signature.get().requireFits(register(0), time);
        return signature.get();
    }
}
