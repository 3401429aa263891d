package io.attestedmesh.cli.enclave;

import io.attestedmesh.enclave.parent.LogShipper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Writes to one stream, and each whole line to the parent as well. */
final class ShippedLines extends OutputStream {
    private static final int LONGEST = 64 * 1024;

    private final PrintStream local;
    private final LogShipper shipper;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    private ShippedLines(PrintStream local, LogShipper shipper) {
        this.local = local;
        this.shipper = shipper;
    }

    static PrintStream of(PrintStream local, LogShipper shipper) {
        return new PrintStream(new ShippedLines(local, shipper), true, StandardCharsets.UTF_8);
    }

    @Override
    public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int from, int size) throws IOException {
        local.write(bytes, from, size);
        for (int i = from; i < from + size; i++) {
            if (bytes[i] == '\n') {
                shipper.send(line.toString(StandardCharsets.UTF_8));
                line.reset();
            } else if (line.size() < LONGEST) {
                line.write(bytes[i]);
            }
        }
    }

    @Override
    public void flush() {
        local.flush();
    }
}
