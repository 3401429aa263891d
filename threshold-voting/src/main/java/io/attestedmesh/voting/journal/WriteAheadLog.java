package io.attestedmesh.voting.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Records that are on the disk once they are appended, in a file beside a store: to append one is much less work than to write the
 * pages that it changes. No-steal and no-force, as Härder and Reuter call it (Principles of transaction-oriented database recovery,
 * 1983): the store is written only with whole commits, so there is nothing to undo, and not with each, so there is much to redo.
 *
 * <p>A record is the length of its content (4 bytes), the CRC-32C of what follows (4 bytes), its number from 0 in this file (8
 * bytes), and its content; each begins a block of 4 KiB, so that no write touches what was written before.
 */
final class WriteAheadLog implements AutoCloseable {
    private static final int HEADER = 16;
    private static final int BLOCK = 4096;

    private final Path file;
    private FileChannel channel;
    private long next;

    /** Touches nothing yet. */
    WriteAheadLog(Path file) {
        this.file = file;
    }

    boolean exists() {
        return Files.exists(file);
    }

    /**
     * All records, at least one. What a crash left of the last one is left out: nothing followed from it.
     *
     * @throws JournalException if a record is damaged that was written before another, or the first one
     */
    List<ByteBuffer> read() throws IOException {
        ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file));
        List<ByteBuffer> records = new ArrayList<>();
        while (isRecord(in, in.position(), records.size())) {
            ByteBuffer record = content(in, in.position());
            records.add(record);
            in.position(Math.min(in.limit(), in.position() + HEADER + record.remaining() + padding(record)));
        }
        if (records.isEmpty() || goesOn(in, records.size())) {
            throw new JournalException(
                    "the journal's log " + file + " is damaged at byte " + in.position() + " of " + in.limit());
        }
        return records;
    }

    /** What is between a record of this content and the next block. */
    private static int padding(ByteBuffer content) {
        return Math.floorMod(-HEADER - content.remaining(), BLOCK);
    }

    /** Whether something at or behind the position is a record of a later number: then this one was whole once. */
    private static boolean goesOn(ByteBuffer in, long number) {
        for (int at = in.position(); at <= in.limit() - HEADER; at += BLOCK) {
            long there = in.getLong(at + 8);
            if (there > number && there - number <= in.limit() && isRecord(in, at, there)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isRecord(ByteBuffer in, int at, long number) {
        if (in.limit() - at < HEADER || in.getLong(at + 8) != number) {
            return false;
        }
        int length = in.getInt(at);
        return length >= 0
                && length <= in.limit() - at - HEADER
                && in.getInt(at + 4) == checksum(number, content(in, at));
    }

    private static ByteBuffer content(ByteBuffer in, int at) {
        return in.slice(at + HEADER, in.getInt(at));
    }

    private static int checksum(long number, ByteBuffer content) {
        CRC32C checksum = new CRC32C();
        checksum.update(ByteBuffer.allocate(8).putLong(number).flip());
        checksum.update(content.duplicate());
        return (int) checksum.getValue();
    }

    /** Begins anew with this record alone; after a crash either all that was there is there, or this. */
    void restart(ByteBuffer first) throws IOException {
        close();
        Path begun = file.resolveSibling(file.getFileName() + ".new");
        channel = FileChannel.open(
                begun, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
        next = 0;
        append(first);
        Files.move(begun, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel folder = FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            folder.force(true); // so that the file has this name after a crash
        }
    }

    /** Adds a record, which is on the disk when this returns. After a failure the log is of no use any more. */
    void append(ByteBuffer content) throws IOException {
        ByteBuffer[] parts = {
            ByteBuffer.allocate(HEADER)
                    .putInt(content.remaining())
                    .putInt(checksum(next, content))
                    .putLong(next)
                    .flip(),
            content.duplicate(),
            ByteBuffer.allocate(padding(content))
        };
        while (parts[0].hasRemaining() || parts[1].hasRemaining() || parts[2].hasRemaining()) {
            long unused = channel.write(parts);
        }
        channel.force(false);
        next++;
    }

    /** In bytes. */
    long size() throws IOException {
        return channel.size();
    }

    @Override
    public String toString() {
        return file.toString();
    }

    @Override
    public void close() throws IOException {
        if (channel != null) {
            channel.close();
        }
    }
}
