package io.attestedmesh.enclave.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** As PID 1 of a machine that is made of namespaces; for root, who alone may make them. */
@Timeout(120)
class FirstProcessTest {
    /** Where this checkout lies below /tmp it must stay in sight, so /tmp is a mount of its own before. */
    private static final List<String> NAMESPACES = List.of(
            "unshare",
            "--pid",
            "--fork",
            "--mount",
            "--net",
            "--kill-child",
            "sh",
            "-c",
            "mount --bind /tmp /tmp && exec \"$@\"",
            "sh");

    @TempDir
    private Path folder;

    private int status;

    private List<String> run(String... command) throws Exception {
        List<String> words = new ArrayList<>(NAMESPACES);
        words.addAll(List.of(command));
        Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        status = process.exitValue();
        return out.lines().toList();
    }

    private boolean canMakeMachines() throws Exception {
        try {
            run("true");
            return status == 0 && Machine.isRoot();
        } catch (IOException noSuchCommand) {
            return false;
        }
    }

    @Test
    void firstProcess_setsUpGivesRootUpAndTurnsOff() throws Exception {
        assumeTrue(canMakeMachines(), "namespaces of its own need root, who may make them, and unshare(1)");
        List<String> said = run(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djna.tmpdir=" + folder,
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                FirstProcess.class.getName(),
                FirstProcess.namespace());

        assertThat(said).as("all that was said").contains("loopback true").contains("entropy true");
        assertThat(said)
                .filteredOn(line -> line.startsWith("mount "))
                .hasSize(6)
                .allSatisfy(line -> assertThat(line).contains("nosuid"));
        List<String> threads =
                said.stream().filter(line -> line.startsWith("user ")).toList();
        String user = " " + FirstProcess.USER;
        assertThat(threads)
                .hasSizeGreaterThan(5)
                .allSatisfy(line -> assertThat(line)
                        .contains("Uid:" + user.repeat(4) + ";")
                        .contains("Gid:" + user.repeat(4) + ";")
                        .contains("Groups:;"));
        assertThat(threads)
                .filteredOn(line -> !line.contains("CapPrm: 0000000000000000; CapEff: 0000000000000000;"))
                .singleElement()
                .asString()
                .contains("Name: amesh-power;")
                .contains("CapPrm: 0000000000400000; CapEff: 0000000000400000;");
        // reboot(2) in a PID namespace ends its first process by SIGHUP
        assertThat(said).doesNotContain("still here");
        assertThat(status).isEqualTo(128 + 1);
    }
}
