package io.attestedmesh.enclave.image;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.Pcr;
import io.attestedmesh.attest.verify.CryptoProvider;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.CRC32;

/**
 * The registers and the CRC of an image, out of its bytes in the order of the file.
 *
 * <p>PCR0 and PCR2 are hashed side by side, on a thread each, while the caller computes the CRC and reads on; PCR1 is a copy of PCR0's state
 * at the end of the first ramdisk, so no byte is hashed more than twice. Memory is two buffers.
 */
final class Measurer implements AutoCloseable {
    static final int BUFFER_SIZE = 1 << 20;

    private final MessageDigest image = CryptoProvider.fastest().sha384();
    private final MessageDigest application = CryptoProvider.fastest().sha384();
    private final CRC32 crc = new CRC32();
    private final ExecutorService lanes = Executors.newFixedThreadPool(2, run -> {
        Thread thread = new Thread(run, "measure");
        thread.setDaemon(true);
        return thread;
    });
    private final byte[][] buffers = new byte[2][BUFFER_SIZE];
    private List<Future<?>> running = List.of();
    private int current;
    private byte[] boot = new byte[0];

    /** A buffer to read into; not touched by anyone until it is given to {@link #update}. */
    byte[] buffer() {
        return buffers[current];
    }

    /** Takes in the first {@code length} bytes of {@link #buffer}. */
    void update(Lane lane, int length) {
        byte[] buffer = buffers[current];
        await();
        List<Future<?>> started = new ArrayList<>();
        if (lane != Lane.CHECKED) {
            started.add(lanes.submit(() -> image.update(buffer, 0, length)));
        }
        if (lane == Lane.APPLICATION) {
            started.add(lanes.submit(() -> application.update(buffer, 0, length)));
        }
        running = started;
        crc.update(buffer, 0, length);
        current = 1 - current;
    }

    /** Marks the end of the first ramdisk, or of what comes before it where there is none. */
    void endOfBoot() {
        await();
        try {
            boot = ((MessageDigest) image.clone()).digest();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("SHA-384 of each provider can be copied", e);
        }
    }

    int crc() {
        return (int) crc.getValue();
    }

    /** PCR0, PCR1 and PCR2; call once, last. */
    Map<Integer, Bytes> registers() {
        await();
        Map<Integer, Bytes> registers = new TreeMap<>();
        registers.put(0, Pcr.extendOfZero(Bytes.of(image.digest())));
        registers.put(1, Pcr.extendOfZero(Bytes.of(boot)));
        registers.put(2, Pcr.extendOfZero(Bytes.of(application.digest())));
        return registers;
    }

    private void await() {
        for (Future<?> each : running) {
            try {
                each.get();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while hashing", e);
            } catch (ExecutionException e) {
                throw new IllegalStateException("hashing does not fail", e);
            }
        }
        running = List.of();
    }

    @Override
    public void close() {
        lanes.shutdownNow();
    }

    /** What bytes count for, beside the CRC. */
    enum Lane {
        /** Nothing else: headers, metadata, signature. */
        CHECKED,
        /** PCR0, and PCR1 until {@link #endOfBoot}. */
        BOOT,
        /** PCR0 and PCR2. */
        APPLICATION
    }
}
