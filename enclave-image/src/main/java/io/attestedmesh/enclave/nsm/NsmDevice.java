package io.attestedmesh.enclave.nsm;

import io.attestedmesh.attest.evidence.AttestationRequest;
import io.attestedmesh.attest.evidence.AttesterException;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.Pcr;
import io.attestedmesh.attest.nsm.Nsm;
import io.attestedmesh.attest.nsm.NsmDescription;
import io.attestedmesh.attest.nsm.NsmError;
import io.attestedmesh.attest.nsm.NsmException;
import io.attestedmesh.attest.nsm.PcrState;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The NSM of this enclave. Thread-safe: one handle serves the whole process.
 *
 * <p>What the device answers is checked for its form; whether a document is right is the verifier's business, as it is
 * for a peer's.
 */
public final class NsmDevice implements Nsm, Closeable {
    /** Where the kernel's driver puts the device. */
    public static final Path PATH = Path.of("/dev/nsm");

    /** SHA-384, the only digest of Nitro's registers. */
    private static final int REGISTER_SIZE = 48;

    private static final int MAX_RANDOM = 256;

    private final NsmChannel channel;

    NsmDevice(NsmChannel channel) {
        this.channel = channel;
    }

    /** Opens the device, {@link #PATH} in an enclave; an {@link IOException} where there is none. */
    public static NsmDevice open(Path device) throws IOException {
        return new NsmDevice(DeviceFile.open(device));
    }

    @Override
    public NsmDescription describe() throws NsmException {
        NsmAnswer answer = ask(NsmRequest.of("DescribeNSM"));
        String version = answer.number("version_major") + "." + answer.number("version_minor") + "."
                + answer.number("version_patch");
        return new NsmDescription(
                answer.text("module_id"),
                version,
                answer.number("max_pcrs"),
                answer.numbers("locked_pcrs"),
                answer.text("digest"));
    }

    @Override
    public PcrState describePcr(int index) throws NsmException {
        requireIndex(index);
        NsmAnswer answer = ask(NsmRequest.ofNumber("DescribePCR", "index", index));
        return new PcrState(answer.flag("lock"), register(answer));
    }

    @Override
    public Bytes extendPcr(int index, Bytes data) throws NsmException {
        requireIndex(index);
        requireSize("data", data, MAX_EXTEND_SIZE);
        return register(ask(NsmRequest.extendPcr(index, data)));
    }

    @Override
    public void lockPcr(int index) throws NsmException {
        requireIndex(index);
        ask(NsmRequest.ofNumber("LockPCR", "index", index));
    }

    @Override
    public void lockPcrs(int range) throws NsmException {
        if (range < 0 || range > Pcr.MAX_INDEX + 1) {
            throw new NsmException(NsmError.INVALID_INDEX, "range " + range + " is not in 0.." + (Pcr.MAX_INDEX + 1));
        }
        ask(NsmRequest.ofNumber("LockPCRs", "range", range));
    }

    @Override
    public Bytes random() throws NsmException {
        Bytes random = ask(NsmRequest.of("GetRandom")).bytes("random");
        if (random.isEmpty() || random.size() > MAX_RANDOM) {
            throw new NsmException(NsmError.UNEXPECTED_ANSWER, "GetRandom gave " + random.size() + " bytes");
        }
        return random;
    }

    @Override
    public Bytes attest(AttestationRequest request) throws AttesterException {
        try {
            requireSize("public_key", request.publicKey());
            requireSize("user_data", request.userData());
            requireSize("nonce", request.nonce());
            Bytes document = ask(NsmRequest.attestation(request)).bytes("document");
            if (document.isEmpty()) {
                throw new NsmException(NsmError.UNEXPECTED_ANSWER, "the document has no bytes");
            }
            return document;
        } catch (NsmException e) {
            throw new AttesterException("the NSM did not attest: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private NsmAnswer ask(NsmRequest request) throws NsmException {
        try {
            return NsmAnswer.read(request.name(), channel.exchange(request.encoded()));
        } catch (IOException e) {
            throw new NsmException(NsmError.DEVICE_UNAVAILABLE, request.name() + ": " + e.getMessage(), e);
        }
    }

    private static Bytes register(NsmAnswer answer) throws NsmException {
        Bytes value = answer.bytes("data");
        if (value.size() != REGISTER_SIZE) {
            throw new NsmException(NsmError.UNEXPECTED_ANSWER, "a register of " + value.size() + " bytes");
        }
        return value;
    }

    private static void requireIndex(int index) throws NsmException {
        if (index < 0 || index > Pcr.MAX_INDEX) {
            throw new NsmException(NsmError.INVALID_INDEX, "PCR index " + index + " is not in 0.." + Pcr.MAX_INDEX);
        }
    }

    private static void requireSize(String field, Optional<Bytes> value) throws NsmException {
        if (value.isPresent()) {
            requireSize(field, value.get(), MAX_FIELD_SIZE);
        }
    }

    private static void requireSize(String field, Bytes value, int max) throws NsmException {
        if (value.size() > max) {
            throw new NsmException(NsmError.INPUT_TOO_LARGE, field + " has " + value.size() + " bytes, at most " + max);
        }
    }
}
