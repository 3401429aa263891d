package io.attestedmesh.enclave.ramdisk;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.commons.compress.archivers.cpio.CpioArchiveEntry;
import org.apache.commons.compress.archivers.cpio.CpioArchiveOutputStream;
import org.apache.commons.compress.archivers.cpio.CpioConstants;

/**
 * Writes the archive that the kernel unpacks (Linux, {@code driver-api/early-userspace/buffer-format}): "newc" cpio. It
 * depends on names, modes and contents alone: sorted, numbered from 1, all times zero, owned by root.
 */
public final class Ramdisk {
    private static final String TRAILER = "TRAILER!!!";

    private Ramdisk() {}

    /**
     * Writes all files of {@code tree}, padded to a multiple of 512 bytes; {@code out} stays open.
     *
     * @throws RamdiskException if a file has the name that ends an archive; nothing is written then
     */
    public static void write(FileTree tree, OutputStream out) throws IOException, RamdiskException {
        if (tree.entries().containsKey(TRAILER)) {
            throw new RamdiskException(RamdiskReason.UNSAFE_NAME, "a name that does not end the archive", TRAILER);
        }
        BufferedOutputStream buffered = new BufferedOutputStream(out, 1 << 16);
        // It writes the trailer and the padding when it is finished, and is not closed because the stream is not ours.
        @SuppressWarnings("resource")
        CpioArchiveOutputStream cpio =
                new CpioArchiveOutputStream(buffered, CpioConstants.FORMAT_NEW, 512, StandardCharsets.UTF_8.name());
        int inode = 1;
        for (Map.Entry<String, Entry> each : tree.entries().entrySet()) {
            put(cpio, each.getKey(), each.getValue(), inode++);
        }
        cpio.finish();
        buffered.flush();
    }

    private static void put(CpioArchiveOutputStream cpio, String name, Entry entry, int inode) throws IOException {
        if (entry instanceof Entry.Folder folder) {
            cpio.putArchiveEntry(header(name, CpioConstants.C_ISDIR | folder.mode(), 0, inode, 2));
        } else if (entry instanceof Entry.SymbolicLink link) {
            byte[] target = link.target().getBytes(StandardCharsets.UTF_8);
            cpio.putArchiveEntry(header(name, CpioConstants.C_ISLNK | 0777, target.length, inode, 1));
            cpio.write(target);
        } else if (entry instanceof Entry.RegularFile file) {
            cpio.putArchiveEntry(header(
                    name, CpioConstants.C_ISREG | file.mode(), file.content().size(), inode, 1));
            file.content().writeTo(cpio);
        }
        cpio.closeArchiveEntry();
    }

    private static CpioArchiveEntry header(String name, int mode, long size, int inode, int links) {
        CpioArchiveEntry header = new CpioArchiveEntry(CpioConstants.FORMAT_NEW, name, size);
        header.setMode(mode);
        header.setInode(inode);
        header.setNumberOfLinks(links);
        header.setTime(0);
        return header;
    }
}
