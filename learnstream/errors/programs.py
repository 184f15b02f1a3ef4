"""Errors of programs."""

from learnstream.errors import Conflict, NotFound


class NoSuchProgram(NotFound):
    detail = "The program does not exist."


class ProgramUnpublished(Conflict):
    code, detail = "program_unpublished", "The program is not published; publish it first."
