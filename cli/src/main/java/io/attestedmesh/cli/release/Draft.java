package io.attestedmesh.cli.release;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.file.AtomicFile;
import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.document.FileKind;
import io.attestedmesh.cli.document.InputFile;
import io.attestedmesh.releases.list.Release;
import io.attestedmesh.releases.list.ReleaseList;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** A list that nobody has signed yet, in a file that is changed as a whole or not at all. */
final class Draft {
    private final Path file;
    private final ReleaseList list;

    private Draft(Path file, ReleaseList list) {
        this.file = file;
        this.list = list;
    }

    static Draft open(Path file) throws IOException, CommandException {
        InputFile input = InputFile.read(file);
        if (input.kind() != FileKind.LIST_DRAFT) {
            throw input.unexpected("a draft of a release list");
        }
        return new Draft(file, input.releases());
    }

    ReleaseList list() {
        return list;
    }

    /** The one release of this name and version. */
    Release release(String name, String version) throws CommandException {
        List<Release> found = list.releases().stream()
                .filter(release ->
                        release.name().equals(name) && release.version().equals(version))
                .toList();
        if (found.size() == 1) {
            return found.get(0);
        }
        throw CommandException.usage(
                file + " has " + (found.isEmpty() ? "no release " : "more than one release ") + name + " " + version,
                versions(name));
    }

    private String versions(String name) {
        String versions = list.releases().stream()
                .filter(release -> release.name().equals(name))
                .map(Release::version)
                .collect(Collectors.joining(", "));
        return versions.isEmpty()
                ? "its releases: "
                        + list.releases().stream().map(Release::name).distinct().collect(Collectors.joining(", "))
                : "its versions of " + name + ": " + versions;
    }

    Draft with(Release added) throws CommandException {
        List<Release> releases = new ArrayList<>(list.releases());
        releases.add(added);
        return with(releases);
    }

    Draft without(Release removed) throws CommandException {
        List<Release> releases = new ArrayList<>(list.releases());
        releases.remove(removed);
        return with(releases);
    }

    /** With {@code release} changed, at its place. */
    Draft changing(Release release, UnaryOperator<Release> change) throws CommandException {
        List<Release> releases = new ArrayList<>(list.releases());
        releases.replaceAll(each -> each.equals(release) ? change.apply(each) : each);
        return with(releases);
    }

    private Draft with(List<Release> releases) throws CommandException {
        return new Draft(
                file,
                made(() -> new ReleaseList(list.name(), list.version(), list.issuedAt(), list.expiresAt(), releases)));
    }

    /** What a list refuses to be is a wrong command. */
    static ReleaseList made(Supplier<ReleaseList> list) throws CommandException {
        try {
            return list.get();
        } catch (IllegalArgumentException e) {
            throw CommandException.usage("no such list can be made: " + e.getMessage(), "", e);
        }
    }

    /** Its bytes, which are not more than can be signed. */
    static Bytes encoded(ReleaseList list) throws CommandException {
        Bytes content = list.encode();
        if (content.size() > ReleaseList.MAX_BYTES) {
            throw CommandException.usage(
                    "the list has " + content.size() + " bytes, more than " + ReleaseList.MAX_BYTES,
                    "'amesh release remove' takes out what nobody runs any more");
        }
        return content;
    }

    void write() throws IOException, CommandException {
        AtomicFile.write(file, encoded(list).toByteArray(), AtomicFile.Access.PUBLIC);
    }
}
