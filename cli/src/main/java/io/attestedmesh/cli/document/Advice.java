package io.attestedmesh.cli.document;

/** What to do with a file that is of no use where it was given. */
final class Advice {
    private Advice() {}

    static String on(FileKind found) {
        return switch (found) {
            case LIST_DRAFT -> "'amesh release show' shows it, 'amesh release sign' signs it";
            case ROOT_DRAFT -> "'amesh root show' shows it, 'amesh root sign' signs it";
            case SIGNED_LIST, BUNDLE ->
                "'amesh release show' shows it, 'amesh release init --from' drafts the version after it";
            case SIGNED_ROOT -> "'amesh root show' shows it, 'amesh root next' drafts the version after it";
            default -> "";
        };
    }
}
