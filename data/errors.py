"""The one error that stands for bad input."""


class InputError(ValueError):
    """Bad input from the user: a file, a column, a configuration.

    The message is one line that says what was expected, what was found and what to do. The command line
    prints it and exits with code 2; everything else that is raised is a defect of the program.
    """
