"""The few line icons of the pages, drawn for this project on a grid of 24."""

from __future__ import annotations

_PATHS = {
    "play": '<path d="M8 5.2v13.6L19 12z" fill="currentColor" stroke-linejoin="round"/>',
    "pause": '<path d="M8 5v14M16 5v14" stroke-width="3.2"/>',
    "ear": '<path d="M7 13a6 6 0 1 1 11-3.4c0 4-4 4.6-4 8a3 3 0 0 1-5.6 1.4'
    'M10 11a2.6 2.6 0 1 1 4 2"/>',
    "check": '<path d="M5 12.5l4.5 4.5L19 7.5"/>',
    "stop": '<path d="M6.5 6.5l11 11M17.5 6.5l-11 11"/>',
    "wait": '<circle cx="12" cy="12" r="8"/><path d="M12 7.5V12l3 2.5"/>',
    "wave": '<path d="M4 10v4M8 6.5v11M12 9v6M16 4.5v15M20 10v4"/>',
    "send": '<path d="M12 19V5.5M6 11l6-6 6 6"/>',
    "search": '<circle cx="11" cy="11" r="6"/><path d="M20 20l-4.4-4.4"/>',
    "moon": '<path d="M19 14.5A7.5 7.5 0 0 1 9.5 5a7.5 7.5 0 1 0 9.5 9.5z"/>',
    "leave": '<path d="M14 5H6v14h8M11 12h9M17 8.5l3.5 3.5-3.5 3.5"/>',
    "swap": '<path d="M4 8.5h14M14.5 5L18 8.5 14.5 12M20 15.5H6M9.5 12L6 15.5 9.5 19"/>',
    "more": '<path d="M6 14.5l6-6 6 6"/>',
    "ask": '<path d="M8.5 9a3.5 3.5 0 1 1 5 3.2c-1 .6-1.5 1.2-1.5 2.3M12 18.4v.1"/>',
    "sliders": '<path d="M4 7h9M17 7h3M4 17h3M11 17h9"/><circle cx="15" cy="7" r="2"/>'
    '<circle cx="9" cy="17" r="2"/>',
    "link": '<path d="M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.7-5.7L12 7M14 10a4 4 0 0 0-6-.4l-3 3'
    "a4 4 0 0 0 "
    '5.7 5.7L12 17"/>',
    "coin": '<circle cx="12" cy="12" r="8"/><path d="M14.5 9.2A3.2 3.2 0 0 0 9 11v5h5.5M8 13h4"/>',
    "fresh": '<path d="M12 5.5v13M5.5 12h13"/>',
}


def icon(name: str) -> str:
    """An inline SVG that says nothing to screen readers; its button or heading does."""
    return (
        '<svg class="cm-icon" viewBox="0 0 24 24" width="24" height="24" fill="none" '
        'stroke="currentColor" stroke-width="2" stroke-linecap="round" '
        f'aria-hidden="true" focusable="false">{_PATHS[name]}</svg>'
    )
