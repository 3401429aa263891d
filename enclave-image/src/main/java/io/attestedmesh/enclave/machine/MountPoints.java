package io.attestedmesh.enclave.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Where file systems are mounted, and with which options of that mount: {@code ro}, {@code nosuid} and so on. */
final class MountPoints {
    /** Of the fields of a line of proc_pid_mountinfo(5), from 0. */
    private static final int TARGET = 4;

    private static final int OPTIONS = 5;
    private static final Path PROC = Path.of("/proc/self/mountinfo");

    private MountPoints() {}

    /** Those that this process sees; none where /proc is not mounted. */
    static Map<String, Set<String>> current() throws IOException {
        return Files.exists(PROC) ? of(Files.readAllLines(PROC)) : Map.of();
    }

    /** Those of lines of mountinfo; of several at one place the last, which lies on top. */
    static Map<String, Set<String>> of(List<String> mountinfo) throws IOException {
        Map<String, Set<String>> points = new HashMap<>();
        for (String line : mountinfo) {
            List<String> fields = List.of(line.split(" ", -1));
            if (fields.size() <= OPTIONS) {
                throw new IOException(
                        "mountinfo: expected " + (OPTIONS + 1) + " fields or more, actual " + fields.size());
            }
            points.put(unescaped(fields.get(TARGET)), Set.of(fields.get(OPTIONS).split(",", -1)));
        }
        return points;
    }

    /** Space, tab, line feed and backslash stand there as a backslash and three octal digits. */
    private static String unescaped(String field) {
        return field.replace("\\040", " ")
                .replace("\\011", "\t")
                .replace("\\012", "\n")
                .replace("\\134", "\\");
    }
}
