package io.attestedmesh.attest.simulator;

import io.attestedmesh.attest.evidence.AttestationRequest;
import io.attestedmesh.attest.evidence.AttesterException;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.PcrBank;
import io.attestedmesh.attest.nsm.Nsm;
import io.attestedmesh.attest.nsm.NsmDescription;
import io.attestedmesh.attest.nsm.NsmError;
import io.attestedmesh.attest.nsm.NsmException;
import io.attestedmesh.attest.nsm.PcrState;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The Nitro Security Module of one simulated enclave, with the requests of {@code /dev/nsm}.
 *
 * <p>Thread-safe. The leaf certificate lives three hours and signs every document until it, or a certificate above it,
 * has expired: a document may therefore have little time left, as on hardware.
 */
public final class SimulatedNsm implements Nsm {
    private static final int RANDOM_SIZE = 256;

    private final SimulatedNitro cloud;
    private final Clock clock;
    private final SecureRandom random;
    private final String instanceId;
    private final long enclaveNumber;
    private final String moduleId;
    private final NsmRegisters registers;
    private EnclaveChain chain;

    SimulatedNsm(SimulatedNitro cloud, EnclaveSpec spec, Clock clock, SecureRandom random) {
        this.cloud = cloud;
        this.clock = clock;
        this.random = random;
        this.instanceId = spec.instanceId().orElseGet(() -> randomInstanceId(random));
        this.enclaveNumber = enclaveNumber(clock.instant(), random);
        this.moduleId = instanceId + "-enc" + HexFormat.of().toHexDigits(enclaveNumber);
        this.registers = NsmRegisters.atBoot(spec, instanceId);
    }

    @Override
    public synchronized NsmDescription describe() {
        return new NsmDescription(moduleId, "1.0.0", NsmRegisters.COUNT, registers.lockedIndices(), "SHA384");
    }

    @Override
    public synchronized PcrState describePcr(int index) throws NsmException {
        return registers.describe(index);
    }

    @Override
    public synchronized Bytes extendPcr(int index, Bytes data) throws NsmException {
        if (data.size() > MAX_EXTEND_SIZE) {
            throw new NsmException(NsmError.INPUT_TOO_LARGE, "data has " + data.size() + " bytes");
        }
        return registers.extend(index, data);
    }

    @Override
    public synchronized void lockPcr(int index) throws NsmException {
        registers.lock(index);
    }

    @Override
    public synchronized void lockPcrs(int range) throws NsmException {
        registers.lockBelow(range);
    }

    @Override
    public Bytes random() {
        byte[] bytes = new byte[RANDOM_SIZE];
        random.nextBytes(bytes);
        return Bytes.of(bytes);
    }

    /** What a document would show now: the locked registers. */
    public synchronized PcrBank pcrs() {
        return registers.lockedBank();
    }

    public String moduleId() {
        return moduleId;
    }

    @Override
    public Bytes attest(AttestationRequest request) throws AttesterException {
        try {
            return document(request);
        } catch (NsmException e) {
            throw new AttesterException("the simulated NSM refused to attest: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new AttesterException("the simulated cloud cannot issue certificates: " + e.getMessage(), e);
        }
    }

    private Bytes document(AttestationRequest request) throws NsmException, IOException {
        if (request.publicKey().map(Bytes::isEmpty).orElse(false)) {
            throw new NsmException(NsmError.INVALID_ARGUMENT, "public_key has no bytes");
        }
        requireSize("public_key", request.publicKey());
        requireSize("user_data", request.userData());
        requireSize("nonce", request.nonce());
        Instant now = clock.instant();
        EnclaveChain signedBy;
        PcrBank pcrs;
        synchronized (this) {
            signedBy = chainAt(now);
            pcrs = registers.lockedBank();
        }
        // what takes the time is not under the lock: as many documents at once as there are processors
        byte[] payload = NitroDocument.payload(moduleId, now, pcrs, signedBy, request);
        return NitroDocument.sign(payload, signedBy.leaf().key(), cloud.provider(), random);
    }

    private EnclaveChain chainAt(Instant now) throws IOException {
        if (chain == null || !chain.validAt(now)) {
            Ladder ladder = cloud.ladderAt(now);
            Issuer instance = instanceUnder(ladder, now);
            chain = new EnclaveChain(
                    ladder, instance, cloud.certificates().leaf(instance, moduleId, enclaveNumber, now));
        }
        return chain;
    }

    private Issuer instanceUnder(Ladder ladder, Instant now) {
        boolean usable = chain != null
                && chain.instance().validAt(now)
                && chain.ladder().zonal().equals(ladder.zonal());
        return usable ? chain.instance() : cloud.certificates().instance(ladder.zonal(), instanceId, now);
    }

    private static void requireSize(String field, Optional<Bytes> value) throws NsmException {
        int size = value.map(Bytes::size).orElse(0);
        if (size > MAX_FIELD_SIZE) {
            throw new NsmException(
                    NsmError.INPUT_TOO_LARGE, field + " has " + size + " bytes, at most " + MAX_FIELD_SIZE);
        }
    }

    /** 48 bits of milliseconds and 16 random ones, as the ids of real enclaves are. */
    private static long enclaveNumber(Instant now, SecureRandom random) {
        return now.toEpochMilli() << 16 | random.nextInt(1 << 16);
    }

    private static String randomInstanceId(SecureRandom random) {
        byte[] bytes = new byte[8];
        random.nextBytes(bytes);
        return "i-0" + HexFormat.of().formatHex(bytes);
    }
}
