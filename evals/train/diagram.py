"""A reliability diagram as SVG: what share of the questions of each confidence the article does answer."""

from collections.abc import Sequence

_SIZE, _EDGE = 360, 48


def diagram(rows: Sequence[tuple[float, float, int]], title: str) -> str:
    """SVG of `rows`: mean confidence, share that is answerable, number of questions (the area of the point)."""
    total = max(1, sum(count for _, _, count in rows))
    points = "".join(
        f'<circle cx="{_x(mean):.1f}" cy="{_y(share):.1f}" r="{4 + 30 * (count / total) ** 0.5:.1f}" '
        f'fill="#2563eb" fill-opacity="0.45"><title>{count} questions: {mean:.2f}, {share:.2f}</title></circle>'
        for mean, share, count in rows
    )
    whole = _SIZE + 2 * _EDGE
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {whole} {whole}" font-family="sans-serif" '
        f'font-size="13" role="img" aria-label="{title}"><rect width="100%" height="100%" fill="white"/>'
        f'<text x="{whole / 2}" y="26" text-anchor="middle">{title}</text>{_axes()}'
        f'<line x1="{_x(0)}" y1="{_y(0)}" x2="{_x(1)}" y2="{_y(1)}" stroke="#999" stroke-dasharray="4"/>'
        f"{points}</svg>\n"
    )


def _axes() -> str:
    marks = "".join(
        f'<text x="{_x(at):.0f}" y="{_y(0) + 18}" text-anchor="middle">{at:g}</text>'
        f'<text x="{_x(0) - 8}" y="{_y(at) + 4:.0f}" text-anchor="end">{at:g}</text>'
        for at in (0, 0.25, 0.5, 0.75, 1)
    )
    middle = _EDGE + _SIZE / 2
    return (
        f'<rect x="{_EDGE}" y="{_EDGE}" width="{_SIZE}" height="{_SIZE}" fill="none" stroke="#333"/>{marks}'
        f'<text x="{middle}" y="{_y(0) + 36}" text-anchor="middle">confidence</text>'
        f'<text x="14" y="{middle}" text-anchor="middle" transform="rotate(-90 14 {middle})">answerable</text>'
    )


def _x(share: float) -> float:
    return _EDGE + share * _SIZE


def _y(share: float) -> float:
    return _EDGE + (1 - share) * _SIZE
