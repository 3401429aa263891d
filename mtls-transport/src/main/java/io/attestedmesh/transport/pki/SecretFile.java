package io.attestedmesh.transport.pki;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/** Files with keys or passwords in them: as {@code ssh} does, one that others can read is refused. */
public final class SecretFile {
    private static final Set<PosixFilePermission> WORLD = EnumSet.of(
            PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE, PosixFilePermission.OTHERS_EXECUTE);
    private static final Set<PosixFilePermission> GROUP = EnumSet.of(
            PosixFilePermission.GROUP_READ, PosixFilePermission.GROUP_WRITE, PosixFilePermission.GROUP_EXECUTE);

    private SecretFile() {}

    /**
     * Reads the whole file, which is refused if it is longer than {@code most} bytes; the caller wipes the result. A pipe,
     * as a shell makes of another program's output, has nobody else at its end.
     */
    public static byte[] read(Path file, int most) throws IOException, PemException {
        if (Files.isDirectory(file)) {
            throw new PemException(file.toString(), "is a folder, not a file");
        }
        if (Files.isRegularFile(file) || !Files.exists(file)) {
            checkPermissions(file);
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] content = in.readNBytes(most + 1);
            if (content.length > most) {
                throw new PemException(file.toString(), "larger than " + most + " bytes");
            }
            return content;
        }
    }

    private static void checkPermissions(Path file) throws IOException, PemException {
        if (!Files.getFileStore(file).supportsFileAttributeView("posix")) {
            return;
        }
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
        boolean world = permissions.stream().anyMatch(WORLD::contains);
        boolean group = permissions.stream().anyMatch(GROUP::contains);
        // A file of another owner that reaches us through the group is how orchestrators mount secrets.
        if (world || (group && ownedByUs(file))) {
            throw new PemException(
                    file.toString(),
                    "others can read this secret (" + PosixFilePermissions.toString(permissions) + ")",
                    "chmod 600 " + file);
        }
    }

    private static boolean ownedByUs(Path file) throws IOException {
        String owner = Files.getOwner(file).getName();
        String user = System.getProperty("user.name");
        boolean nameless = "?".equals(user) && owner.chars().allMatch(Character::isDigit);
        return nameless || owner.equals(user);
    }
}
