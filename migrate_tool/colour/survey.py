"""One pass over the model: every place that may have to wait, every call and every other use of a function."""

from __future__ import annotations

from migrate_tool.model.project import Project

from .of_versions import helpers_of_versions
from .sites import Survey
from .surveyed_calls import survey_calls, survey_replacements
from .surveyed_loops import survey_contexts, survey_loops
from .surveyed_reads import survey_reads


def survey(project: Project) -> Survey:
    """What every call, read, ``with`` and loop of the project is; looked at once and kept."""
    found = project.survey
    if not isinstance(found, Survey):
        found = project.survey = _survey(project)
    return found


def _survey(project: Project) -> Survey:
    found = Survey(project)
    for module in found.modules():
        survey_calls(found, module)
        survey_replacements(found, module)
        survey_reads(found, module)
        survey_contexts(found, module)
        survey_loops(found, module)
    helpers = helpers_of_versions(found)
    if helpers:
        found.of_versions = helpers
        found.seeds = [site for site in found.seeds if site.owner not in helpers]
    return found
