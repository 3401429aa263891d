package io.attestedmesh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.Person;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A folder in which people sign releases of the list {@code acme-kms}, everything in it made by the commands. */
public final class SigningDesk {
    public static final Instant NOW = Instant.parse("2026-11-20T10:00:00Z");
    public static final String LIST = "acme-kms";

    private final Path folder;
    private Instant now = NOW;
    private Person person = Person.NOBODY;

    public SigningDesk(Path folder) {
        this.folder = folder;
    }

    public String path(String name) {
        return folder.resolve(name).toString();
    }

    /** From here on, commands run at this time. */
    public SigningDesk at(Instant later) {
        now = later;
        return this;
    }

    /** From here on, this one is asked. */
    public SigningDesk person(Person atTheTerminal) {
        person = atTheTerminal;
        return this;
    }

    /**
     * Arguments one by one, or all in one text with blanks between. Those that begin with {@code @} are files in the folder,
     * also behind an equals sign.
     */
    public CommandRun run(String... args) {
        List<String> resolved = new ArrayList<>();
        for (String arg : args.length == 1 ? args[0].split(" ", -1) : args) {
            resolved.add(arg.replaceFirst("(^|=)@", "$1" + folder + "/"));
        }
        return new CommandRun.Setting().at(now).person(person).run(resolved.toArray(new String[0]));
    }

    /** A command that has to succeed. */
    public CommandRun done(String... args) {
        CommandRun run = run(args);
        assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.DONE);
        return run;
    }

    /** A command that has to be refused for this reason. */
    public CommandRun rejected(String reason, String... args) {
        CommandRun run = run(args);
        assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.REJECTED);
        assertThat(run.errLines()).contains("reason: " + reason);
        return run;
    }

    /** A command that is wrong, and says so in these words. */
    public CommandRun wrong(String words, String... args) {
        CommandRun run = run(args);
        assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.USAGE);
        assertThat(run.err()).contains("amesh: error: ").contains(words);
        return run;
    }

    /** {@code NAME.key}, unencrypted because that is faster, and {@code NAME.pub}. */
    public SigningDesk key(String name, String kind) {
        done("release", "key", name, "--out", folder.toString(), "--kind", kind, "--insecure-no-passphrase");
        return this;
    }

    /** The keys of alice, bob and carol, of three kinds. */
    public SigningDesk keys() {
        return key("alice", "p384").key("bob", "p256").key("carol", "ed25519");
    }

    /** The draft {@code root.json}: two of alice, bob and carol. */
    public SigningDesk rootDraft(String... more) {
        done(words(
                "root init " + LIST + " --key alice=@alice.pub --key bob=@bob.pub --key carol=@carol.pub"
                        + " --threshold 2 --out @root.json",
                more));
        return this;
    }

    /** {@code root.1.json}, signed by alice and bob. */
    public SigningDesk root(String... more) {
        rootDraft(more);
        done("root sign @root.json --key @alice.key");
        done("root sign @root.1.json --key @bob.key");
        return this;
    }

    /** A draft with {@code kms-core 1.4.2}, whose registers are 11…, 22…, 33…. */
    public SigningDesk draft(String name) {
        done("release", "init", LIST, "--out", "@" + name);
        return add(name, "1.4.2", "11");
    }

    /** {@code kms-core} of a version, whose PCR0 is two digits again and again. */
    public SigningDesk add(String draft, String version, String digits) {
        done(
                "release",
                "add",
                "@" + draft,
                "--name",
                "kms-core",
                "--version",
                version,
                "--pcr",
                "0=" + digits.repeat(48),
                "--pcr",
                "1=" + "22".repeat(48),
                "--pcr",
                "2=" + "33".repeat(48));
        return this;
    }

    /** {@code list}, signed by those named, one after the other. */
    public SigningDesk sign(String draft, String list, String... names) {
        String from = draft;
        for (String name : names) {
            done("release", "sign", "@" + from, "--key", "@" + name + ".key", "--out", "@" + list);
            from = list;
        }
        return this;
    }

    /** A key of the log, {@code log.key} and {@code log.vkey}, and the empty log {@code log}. */
    public SigningDesk log() {
        done("release log key log --out @ --insecure-no-passphrase");
        done("release log init @log --origin log --key @log.key");
        return this;
    }

    /** Keys, a log, a root that names it, and {@code list.json} with one release, signed by alice and bob. */
    public SigningDesk signedList() {
        return keys().log()
                .root("--log", "@log.vkey")
                .draft("draft.json")
                .sign("draft.json", "list.json", "alice", "bob");
    }

    /** {@code next.json}: the version after {@code list.json}, with {@code kms-core 1.4.3}, signed by bob and carol. */
    public SigningDesk nextList() {
        done("release", "init", LIST, "--from", "@list.json", "--out", "@draft2.json");
        return add("draft2.json", "1.4.3", "12").sign("draft2.json", "next.json", "bob", "carol");
    }

    /** Arguments of a publication of {@code list} to {@code bundle.json}. */
    public String[] publication(String list, String... more) {
        return words(
                "release publish @" + list + " --root @root.1.json --log @log --log-key @log.key --out @bundle.json",
                more);
    }

    /** The arguments of a command that begins so. */
    public static String[] words(String command, String... more) {
        List<String> words = new ArrayList<>(List.of(command.split(" ", -1)));
        words.addAll(List.of(more));
        return words.toArray(String[]::new);
    }

    /** {@code list} in the log and in {@code bundle.json}. */
    public SigningDesk publish(String list) {
        done(publication(list));
        return this;
    }
}
