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
    "lines": '<path d="M5 6.5h14M9 12h10M9 17.5h6"/>',
    "rules": '<path d="M6.5 4.5h8l3.5 3.5v11.5h-11.5zM9.5 11h5.5M9.5 15h5.5"/>',
    "shield": '<path d="M12 4l7 2.6v5c0 4-2.8 7-7 8.6-4.2-1.6-7-4.6-7-8.6v-5z'
    'M9 12l2.2 2.2L15.2 10"/>',
    "hand": '<path d="M7 12V7.2a1.5 1.5 0 0 1 3 0V11V5.2a1.5 1.5 0 0 1 3 0V11V6.2a1.5'
    " 1.5 0 0 1 3 0V12V9.2a1.5 1.5 0 0 1 3 0V14a6 6 0 0 1-6 6h-.8a6 6 0 0 1-4.8-2.4"
    'L4.4 14.2a1.6 1.6 0 0 1 2.6-1.8z"/>',
    "coins": '<ellipse cx="12" cy="7" rx="7" ry="3"/><path d="M5 7v5c0 1.7 3.1 3 7 3s7-1.3 7-3V7'
    'M5 12v5c0 1.7 3.1 3 7 3s7-1.3 7-3v-5"/>',
    "loud": '<path d="M4 10v4h3.5l4.5 4V6l-4.5 4zM15.5 9a4 4 0 0 1 0 6M18 6.5a8 8 0 0 1 0 11"/>',
    "page": '<path d="M7 4h7l4 4v12H7zM13.5 4v4.5H18M10 13h5M10 16.5h5"/>',
    "down": '<path d="M12 5v11M7 11.5l5 5 5-5M5 20h14"/>',
}


def icon(name: str) -> str:
    """An inline SVG that says nothing to screen readers; its button or heading does."""
    return (
        '<svg class="cm-icon" viewBox="0 0 24 24" width="24" height="24" fill="none" '
        'stroke="currentColor" stroke-width="2" stroke-linecap="round" '
        f'aria-hidden="true" focusable="false">{_PATHS[name]}</svg>'
    )
