package io.attestedmesh.cli.enclave;

import io.attestedmesh.attest.evidence.Attester;
import io.attestedmesh.attest.evidence.AttesterException;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.MalformedEvidenceException;
import io.attestedmesh.attest.evidence.OneLine;
import io.attestedmesh.attest.nsm.Nsm;
import io.attestedmesh.attest.nsm.NsmDescription;
import io.attestedmesh.attest.nsm.NsmException;
import io.attestedmesh.attest.nsm.PcrState;
import io.attestedmesh.attest.simulator.EnclaveImage;
import io.attestedmesh.attest.simulator.EnclaveSpec;
import io.attestedmesh.attest.simulator.SimulatedNitro;
import io.attestedmesh.attest.verify.CryptoProvider;
import io.attestedmesh.attest.verify.NitroVerifier;
import io.attestedmesh.attest.verify.TrustedRoot;
import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.config.InitConfig;
import io.attestedmesh.enclave.machine.Machine;
import io.attestedmesh.enclave.nsm.NsmDevice;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What init does with the NSM of its machine. */
final class OwnNsm implements Closeable {
    private record OpenDevice(Path path, NsmDevice nsm) {}

    private static final int[] SHOWN_PCRS = {0, 1, 2, 3, 4, 8};

    private final Nsm nsm;
    private final Optional<OpenDevice> device;
    private final List<TrustedRoot> roots;
    private final SecureRandom random = new SecureRandom();

    private OwnNsm(Nsm nsm, Optional<OpenDevice> device, List<TrustedRoot> roots) {
        this.nsm = nsm;
        this.device = device;
        this.roots = roots;
    }

    static OwnNsm open(InitConfig.Nsm config, Clock clock) throws CommandException, IOException {
        if (config.simulated().isPresent()) {
            SimulatedNitro cloud =
                    SimulatedNitro.openOrCreate(config.simulated().get(), clock, new SecureRandom());
            Nsm nsm = cloud.launch(EnclaveSpec.of(EnclaveImage.of("amesh-init", Bytes.EMPTY)));
            return new OwnNsm(nsm, Optional.empty(), List.of(cloud.trustedRoot()));
        }
        try {
            NsmDevice device = NsmDevice.open(config.device());
            OpenDevice open = new OpenDevice(config.device(), device);
            return new OwnNsm(device, Optional.of(open), List.of(TrustedRoot.awsNitroG1()));
        } catch (IOException e) {
            throw CommandException.failed(
                    "the NSM cannot be opened: " + e.getMessage(),
                    "does the kernel have the driver? outside an enclave, say simulated = \"insecure-cloud\" in [nsm]",
                    e);
        }
    }

    /** Bytes of the NSM into the kernel's generator and our own. */
    void seed(StartLog log) throws NsmException, IOException {
        Bytes bytes = nsm.random();
        random.setSeed(bytes.toByteArray());
        boolean counted = Machine.addEntropy(bytes);
        log.step(bytes.size() + " random bytes of the NSM to the kernel"
                + (counted ? "" : ", which does not count them"));
    }

    void describe(StartLog log) throws NsmException {
        NsmDescription description = nsm.describe();
        log.step("NSM " + OneLine.of(description.moduleId()) + " " + description.version() + ", locked "
                + description.lockedPcrs());
        for (int index : SHOWN_PCRS) {
            PcrState state = nsm.describePcr(index);
            log.step("PCR" + index + " " + state.value().hex() + (state.locked() ? "" : " (not locked)"));
        }
    }

    void checkClock(Clock clock, Duration most, StartLog log)
            throws CommandException, AttesterException, MalformedEvidenceException {
        NitroVerifier verifier =
                new NitroVerifier(new ArrayList<>(roots), CryptoProvider.fastest(), NitroVerifier.DEFAULT_CLOCK_SKEW);
        Duration error = new SignedTime(nsm, verifier, random).error(clock, most);
        log.step("the clock is " + error.toMillis() + " ms from the time that the NSM signs");
    }

    void open(SealedFiles files, StartLog log) throws IOException, CommandException {
        files.open(nsm, random, log);
    }

    /** Extends a register with a digest and locks it: nothing can be added later. */
    void record(int index, Bytes digest, StartLog log) throws NsmException {
        Bytes value = nsm.extendPcr(index, digest);
        nsm.lockPcr(index);
        log.step("PCR" + index + " " + value.hex() + ", locked");
    }

    /** The NSM behind {@code path} for others in this process: the one that is open, if that is the device. */
    Attester at(Path path) throws IOException {
        Optional<OpenDevice> same = device.filter(each -> each.path().equals(path));
        return same.isPresent() ? same.get().nsm() : NsmDevice.open(path);
    }

    @Override
    public void close() throws IOException {
        if (device.isPresent()) {
            device.get().nsm().close();
        }
    }
}
