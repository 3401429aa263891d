package io.attestedmesh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.config.MeshConfig;
import io.attestedmesh.cli.config.Overrides;
import io.attestedmesh.releases.ReleasesReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What README.md and docs show is what happens. */
class DocumentationTest {
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w+)\\n(.*?)^```$");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]*)(?:#([^)]*))?\\)");
    private static final Pattern HEADING = Pattern.compile("^#+ (.*)$", Pattern.MULTILINE);
    private static final Pattern TEST = Pattern.compile("`(\\w+Test)\\.(\\w+)`");
    private static final String PROMPT = "$ ./amesh ";
    private static final Path ROOT = Path.of(System.getProperty("project.root", ".."));

    /** The document that README.md calls document.cbor, and when its second example was run. */
    private static final String DOCUMENT = "2024-05-07_blocky-nitrite_371075.cbor";

    private static final Instant THEN = Instant.parse("2026-11-20T08:54:18Z");

    @TempDir
    Path folder;

    @Test
    void readme_evidenceCommands_printWhatItShows() throws IOException {
        String document = Vectors.folder("nitro/real").resolve(DOCUMENT).toString();
        List<String> blocks = blocks("README.md", "console").stream()
                .filter(block -> block.startsWith(PROMPT + "evidence"))
                .toList();
        assertThat(blocks).hasSize(2);
        for (String block : blocks) {
            List<String> lines = block.lines().toList();
            String[] arguments = lines.get(0)
                    .substring(PROMPT.length())
                    .replace("document.cbor", document)
                    .split(" ", -1);
            CommandRun run = new CommandRun.Setting().at(THEN).run(arguments);
            List<String> shown = new ArrayList<>(run.errLines());
            run.outLines().forEach(line -> shown.add(line.replace(document, "document.cbor")));
            assertThat(shown).isEqualTo(lines.subList(1, lines.size()));
        }
    }

    @Test
    void readme_commands_exist() throws IOException {
        for (String block : blocks("README.md", "console")) {
            for (String line : block.lines().filter(l -> l.startsWith(PROMPT)).toList()) {
                List<String> words =
                        new ArrayList<>(List.of(line.substring(PROMPT.length()).split(" ", -1)));
                if (words.get(0).equals("demo")) {
                    continue;
                }
                CommandRun help = CommandRun.of(words.get(0), words.get(1), "--help");
                assertThat(help.status()).isEqualTo(ExitStatus.DONE);
                assertThat(help.out()).contains("amesh " + words.get(0) + " " + words.get(1));
            }
        }
    }

    @Test
    void configuration_examples_areValid() throws Exception {
        List<String> examples = new ArrayList<>(blocks("docs/configuration.md", "toml"));
        assertThat(examples).hasSizeGreaterThan(1);
        examples.addAll(blocks("docs/mpc.md", "toml"));
        for (String example : examples) {
            Path file = Files.writeString(folder.resolve("amesh.toml"), example);
            assertThat(MeshConfig.load(file, Overrides.NONE).node().name().name())
                    .isNotEmpty();
        }
    }

    @Test
    void releases_script_isTheOneThatIsTested() throws IOException {
        Path tested =
                ROOT.resolve("trusted-releases/src/test/resources/io/attestedmesh/releases/envelope/sign-envelope.sh");
        assertThat(blocks("docs/releases.md", "sh")).containsExactly(Files.readString(tested));
    }

    @Test
    void releases_everyReason_isNamed() throws IOException {
        String specification = Files.readString(ROOT.resolve("docs/releases.md"));
        assertThat(ReleasesReason.values())
                .allSatisfy(reason -> assertThat(specification).contains("`" + reason.name() + "`"));
    }

    @Test
    void releases_everyAttack_isATest() throws IOException {
        List<String> named = new ArrayList<>();
        for (String line : Files.readAllLines(ROOT.resolve("docs/releases.md"))) {
            Matcher test = TEST.matcher(line);
            while (test.find()) {
                named.add(test.group());
                assertThat(testClass(test.group(1))).as(test.group()).contains("void " + test.group(2) + "(");
            }
        }
        assertThat(named).hasSizeGreaterThan(15).doesNotHaveDuplicates();
    }

    private static String testClass(String name) throws IOException {
        try (Stream<Path> files = Files.find(ROOT, 12, (file, attributes) -> file.endsWith(name + ".java"))) {
            return Files.readString(files.findFirst().orElseThrow());
        }
    }

    @Test
    void links_leadSomewhere() throws IOException {
        try (Stream<Path> top = Files.list(ROOT);
                Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
            for (Path file : Stream.concat(top, docs)
                    .filter(f -> f.toString().endsWith(".md"))
                    .toList()) {
                Matcher link = LINK.matcher(Files.readString(file));
                while (link.find()) {
                    Path target = link.group(1).isEmpty() ? file : file.resolveSibling(link.group(1));
                    assertThat(target).as("link in " + file).exists();
                    if (link.group(2) != null) {
                        assertThat(anchors(target)).as("link in " + file).contains(link.group(2));
                    }
                }
            }
        }
    }

    /** Of the headings, as sites that show Markdown name them. */
    private static List<String> anchors(Path file) throws IOException {
        return HEADING.matcher(Files.readString(file))
                .results()
                .map(heading -> heading.group(1)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\w -]", "")
                        .replace(' ', '-'))
                .toList();
    }

    private static List<String> blocks(String file, String language) throws IOException {
        List<String> blocks = new ArrayList<>();
        Matcher block = BLOCK.matcher(Files.readString(ROOT.resolve(file)));
        while (block.find()) {
            if (block.group(1).equals(language)) {
                blocks.add(block.group(2));
            }
        }
        return blocks;
    }
}
