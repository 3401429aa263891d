package io.attestedmesh.cli.document;

/** What a file turns out to be by its content; its name says nothing. */
public enum FileKind {
    LIST_DRAFT("a draft of a release list"),
    SIGNED_LIST("a signed release list"),
    ROOT_DRAFT("a draft of a trust root"),
    SIGNED_ROOT("a signed trust root"),
    BUNDLE("a published bundle"),
    /** A JWS whose payload is neither a list nor a root. */
    OTHER_ENVELOPE("a signed envelope of something else"),
    OTHER_JSON("JSON of another kind"),
    NOTE("a checkpoint or another signed note"),
    PEM("a PEM file"),
    EMPTY("empty"),
    OTHER("neither JSON nor PEM");

    private final String title;

    FileKind(String title) {
        this.title = title;
    }

    /** With its article, to follow "is". */
    public String title() {
        return title;
    }
}
