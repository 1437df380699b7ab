"""Every URL on one screen. The extension is the rendering, the query string is the filter."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import path

from pledges.api import views as api
from pledges.api.vocabularies import VOCABULARY
from pledges.charts.figures import FIGURES
from pledges.exports.formats import FORMATS, NOT_INSTALLED
from pledges.query.pledges import CommitmentFilter
from pledges.query.requirements import RequirementFilter
from pledges.views import (
    about,
    changes,
    embeds,
    errors,
    explore,
    files,
    health,
    history,
    meetings,
    overview,
    pictures,
    pledges,
    records,
    references,
    releases,
    requirements,
    since,
    sitemap,
    sources,
    styleguide,
)
from pledges.views.pictures import PICTURES

handler400 = errors.bad_request
handler404 = errors.not_found
handler500 = errors.server_error
handler503 = errors.unavailable

urlpatterns = [
    path("", overview.root, name="root"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("robots.txt", sitemap.robots, name="robots"),
    path("sitemap.xml", sitemap.sitemap, name="sitemap"),
    path("sitemap-<int:part>.xml", sitemap.sitemap_part, name="sitemap-part"),
    path("notices.txt", about.notices, name="notices"),
    path("favicon.ico", overview.favicon, name="favicon"),
    path("admin/", admin.site.urls),
    path("oembed", embeds.oembed, name="oembed"),
    # for programs: no language in the address
    path("api/v1/pledges", api.pledges, name="api-pledges"),
    path("api/v1/pledges/<slug:slug>", api.pledge, name="api-pledge"),
    path("api/v1/requirements", api.requirements, name="api-requirements"),
    *(path(f"api/v1/{name}", api.vocabulary, {"name": name}, name=f"api-{name}") for name in VOCABULARY),
    path("api/v1/reconcile", api.reconcile, name="api-reconcile"),
    path("api/v1/reconcile/suggest", api.reconcile_suggest, name="api-reconcile-suggest"),
    path("api/v1/reconcile/entity/<str:entity>", api.reconcile_entity, name="api-reconcile-entity"),
    path("api/v1/openapi.json", api.description, name="api-description"),
    path("api/<path:path>", api.nowhere, name="api-nowhere"),
]

# /en/… and /ar/… mirror each other
urlpatterns += i18n_patterns(
    path("", overview.overview, name="overview"),
    path("pledges/", explore.pledge_list, name="pledge-list"),
    *(
        path(f"pledges.{extension}", files.pledge_file, {"extension": extension}, name=form.url_name)
        for extension, form in FORMATS.items()
    ),
    *(path(f"pledges.{form.extension}", files.not_installed, {"form": form}) for form in NOT_INSTALLED),
    *(
        path(
            f"{page}.{extension}",
            files.figures_file,
            {"page": page, "extension": extension},
            name=figures.url_of(extension),
        )
        for page, figures in FIGURES.items()
        for extension in ("csv", "xlsx")
    ),
    *(
        path(f"{page}.svg", pictures.picture_file, {"page": page}, name=picture.url_name)
        for page, picture in PICTURES.items()
    ),
    *(path(f"embed/{page}/", embeds.embed, {"page": page}, name=f"{page}-embed") for page in PICTURES),
    path("brief/", pledges.brief, name="brief"),
    path("explain/", explore.explain_page, name="explain"),
    *(
        path(f"{name}/cite.<slug:extension>", references.view_cite, {"filter_class": filter_}, name=f"{name}-cite")
        for name, filter_ in (("pledges", CommitmentFilter), ("requirements", RequirementFilter))
    ),
    path("pledges/<slug:slug>/", pledges.pledge_detail, name="pledge-detail"),
    path("pledges/<slug:slug>/history/", history.pledge_history, name="pledge-history"),
    path("pledges/<slug:slug>/cite.<slug:extension>", references.pledge_cite, name="pledge-cite"),
    path("matrix/", explore.matrix_page, name="matrix"),
    path("table/", explore.table_page, name="table"),
    path("timeline/", explore.timeline_page, name="timeline"),
    path("map/", explore.map_page, name="map"),
    path("compare/", explore.compare_page, name="compare"),
    path("disagreements/", explore.disagreements_page, name="disagreements"),
    path("changes/", changes.changes_page, name="changes"),
    path("changes.csv", changes.changes_file, name="changes-csv"),
    path("since/", since.since_page, name="since"),
    path("countries/", records.country_list, name="country-list"),
    path("countries/<slug:iso2>/", records.country_detail, name="country-detail"),
    path("types/", records.type_list, name="type-list"),
    path("types/<slug:slug>/", records.type_detail, name="type-detail"),
    path("places/", records.place_list, name="place-list"),
    path("places/<slug:slug>/", records.place_detail, name="place-detail"),
    path("meetings/", meetings.meeting_list, name="meeting-list"),
    path("meetings/<slug:slug>/", meetings.meeting_detail, name="meeting-detail"),
    path("requirements/", requirements.requirement_list, name="requirement-list"),
    *(
        path(f"requirements.{extension}", requirements.requirement_file, {"extension": extension}, name=name)
        for extension, name in (("csv", "requirement-csv"), ("atom", "requirement-atom"))
    ),
    path("requirements/<slug:slug>/", requirements.requirement_detail, name="requirement-detail"),
    path("requirements/<slug:slug>/history/", history.requirement_history, name="requirement-history"),
    path("requirements/<slug:slug>/cite.<slug:extension>", references.requirement_cite, name="requirement-cite"),
    path("sources/", sources.source_list, name="source-list"),
    path("sources/<slug:slug>/", sources.source_detail, name="source-detail"),
    path("releases/", releases.release_list, name="release-list"),
    path("releases.atom", releases.release_atom, name="release-atom"),
    path("releases/<slug:number>/", releases.release_detail, name="release-detail"),
    path("releases/<slug:number>/cite.<slug:extension>", references.release_cite, name="release-cite"),
    path("releases/<slug:number>.zip", releases.release_zip, name="release-zip"),
    path("releases/<slug:number>/changes/", releases.release_changes, name="release-changes"),
    path("releases/<slug:number>/changes.csv", releases.release_changes_csv, name="release-changes-csv"),
    path("about/", about.about, name="about"),
    path("about/data/", about.dictionary, name="data-dictionary"),
    path("styleguide/", styleguide.styleguide, name="styleguide"),  # 404 without DEBUG
)
